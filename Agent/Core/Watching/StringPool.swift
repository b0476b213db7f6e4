import Synchronization

/// Gives equal strings one storage. The names of owners and nodes repeat in every pod; strings of up to 15 bytes need no storage
/// and pass through.
final class StringPool: Sendable {
  /// Names that are gone stay until the pool is full; then it begins anew, and only sharing is lost.
  static let limit = 8192

  private let strings = Mutex<Set<String>>([])

  func shared(_ text: String) -> String {
    guard text.utf8.count > 15 else { return text }
    return strings.withLock { strings in
      if let known = strings.firstIndex(of: text) { return strings[known] }
      if strings.count >= Self.limit { strings = [] }
      strings.insert(text)
      return text
    }
  }
}
