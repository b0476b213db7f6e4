/// Bounds of one gathering. What is left out is named among the omissions.
enum EvidenceLimits {
  /// For all reads together; what has not come by then is an omission.
  static let time = Duration.seconds(8)
  /// Reads at the same time.
  static let width = 8

  static let pods = 12
  /// Pods whose logs are read.
  static let loggedPods = 4
  static let logs = 10
  /// What is read of one log, to find the telling lines behind noise.
  static let readLines = 2000
  static let readBytes = 256 * 1024
  /// Bytes of one log line after redaction.
  static let lineBytes = 1024
  static let tellingLines = 20

  static let revisions = 8
  static let changes = 40
  /// Characters of a literal and of a message.
  static let valueLength = 256
  static let messageLength = 512
  static let words = 40
  static let labels = 32
  static let events = 30
  /// Warnings about other objects of the namespace.
  static let strangeEvents = 6
  static let services = 6
  static let claims = 8
  static let configurations = 20
  static let jobs = 6
  static let customResources = 8
  static let nodes = 6
  /// Objects of each further kind.
  static let others = 6
  /// Pods that are listed for one workload or Service.
  static let listedPods = 500
  static let listedObjects = 500
}
