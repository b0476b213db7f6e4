import CCurl

/// What glibc's allocator should keep back, for programs that must stay small.
///
/// glibc keeps the memory of a burst: each thread gets an arena of its own, and the top of an arena is returned only
/// when it is free as a whole. A process that listed a large collection once keeps that size without these two calls.
public enum HeapTuning {
  /// Returns freed memory to the kernel (`malloc_trim`). Takes milliseconds on a large heap: call it after a burst or
  /// every few minutes, not after every request.
  ///
  /// - Returns: whether any memory was returned.
  @discardableResult
  public static func trim() -> Bool { ccurl_heap_trim() == 1 }

  /// Limits the number of malloc arenas of this process (`M_ARENA_MAX`). Call it first thing in `main`: arenas that
  /// exist already stay. 1 is right for a program whose threads allocate little at the same time.
  ///
  /// - Returns: false when the limit was not accepted, such as for `count` below 1.
  @discardableResult
  public static func limitArenas(_ count: Int) -> Bool {
    guard count >= 1, let limit = CInt(exactly: count) else { return false }
    return ccurl_heap_limit_arenas(limit) == 1
  }
}
