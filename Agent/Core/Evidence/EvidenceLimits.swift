/// Bounds of one gathering. What is left out is named among the omissions.
enum EvidenceLimits {
  static let pods = 12
  /// Pods whose logs are read.
  static let loggedPods = 3
  static let logs = 8
  /// Bytes of one log line after redaction.
  static let lineBytes = 1024
  /// Bytes of one log as the server sends it.
  static let logBytes = 128 * 1024
  static let revisions = 8
  static let changes = 40
  /// Characters of a value in a change or of a message.
  static let valueLength = 256
  static let messageLength = 512
  static let events = 30
  static let services = 5
  /// Pods that are listed for one workload or Service.
  static let listedPods = 1000
}
