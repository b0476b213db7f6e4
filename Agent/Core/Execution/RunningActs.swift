import Wire

/// The acts that are under way, and which of them have been told to end.
actor RunningActs {
  private var running: Set<String> = []
  private var stopped: Set<String> = []

  func begin(_ command: String) { running.insert(command) }

  func end(_ command: String) {
    running.remove(command)
    stopped.remove(command)
  }

  /// - Returns: false when no such act is under way.
  func stop(_ command: String) -> Bool {
    guard running.contains(command) else { return false }
    stopped.insert(command)
    return true
  }

  func isStopped(_ command: String) -> Bool { stopped.contains(command) }
}
