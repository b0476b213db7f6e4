/// Jobs of one kind, of which at most `width` run at a time and a bounded number waits.
struct Lane<Job: Sendable>: Sendable {
  private let jobs: AsyncStream<Job>
  private let continuation: AsyncStream<Job>.Continuation
  private let width: Int

  init(width: Int, waiting: Int) {
    (jobs, continuation) = AsyncStream.makeStream(of: Job.self, bufferingPolicy: .bufferingOldest(waiting))
    self.width = width
  }

  /// - Returns: false when too many wait already.
  func add(_ job: Job) -> Bool {
    if case .enqueued = continuation.yield(job) { true } else { false }
  }

  /// Runs jobs in their order until the task is cancelled.
  func run(_ perform: @escaping @Sendable (Job) async -> Void) async {
    await withTaskGroup(of: Void.self) { group in
      var running = 0
      for await job in jobs {
        if running == width {
          await group.next()
          running -= 1
        }
        group.addTask { await perform(job) }
        running += 1
      }
    }
  }
}
