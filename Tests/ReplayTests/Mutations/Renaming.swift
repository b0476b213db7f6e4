import Simulator

/// Other names for the namespaces of a scenario, its workloads and services, wherever they stand.
struct Renaming: Sendable {
  private let names: [[UInt8]: [UInt8]]

  /// Shorter names are words of any log.
  private static let leastLength = 4
  /// Words that mean something besides being a name.
  private static let words: Set<String> = [
    "monitoring", "kube-system", "default", "name", "main", "server", "worker", "consumer",
  ]

  init(of document: JSONValue) {
    var names: Set<String> = Set((document["agents"]?.array ?? []).compactMap(\.string))
    for object in document["objects"]?.array ?? [] {
      guard let kind = object["kind"]?.string, let name = object[path: "metadata", "name"]?.string else { continue }
      if ["Deployment", "StatefulSet", "DaemonSet", "Service", "CronJob"].contains(kind) { names.insert(name) }
    }
    let kept = names.filter { $0.utf8.count >= Self.leastLength && !Self.words.contains($0) }
    self.names = Dictionary(
      kept.sorted().enumerated().map { (Array($0.element.utf8), Array(Self.other($0.element, $0.offset).utf8)) },
      uniquingKeysWith: { first, _ in first })
  }

  private static func other(_ name: String, _ number: Int) -> String {
    "q\(number)" + String(name.reversed().filter(\.isLetter))
  }

  /// Whole names, and what begins with one and a hyphen, as pods and claims do.
  func apply(_ text: String) -> String {
    var result: [UInt8] = []
    var word: [UInt8] = []
    for byte in text.utf8 {
      if Self.isNamePart(byte) {
        word.append(byte)
      } else {
        result += renamed(word)
        word = []
        result.append(byte)
      }
    }
    return String(decoding: result + renamed(word), as: UTF8.self)
  }

  private static func isNamePart(_ byte: UInt8) -> Bool {
    (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || byte == 0x2D || byte == 0x5F
  }

  private func renamed(_ word: [UInt8]) -> [UInt8] {
    guard !word.isEmpty else { return [] }
    if let name = names[word] { return name }
    let hyphens = word.indices.filter { word[$0] == 0x2D }
    // `data-orders-db-0` is a claim of the StatefulSet `orders-db`.
    for end in hyphens.reversed() {
      if let name = names[Array(word[..<end])] { return name + word[end...] }
      for start in hyphens where start < end {
        if let name = names[Array(word[(start + 1)..<end])] { return Array(word[...start]) + name + word[end...] }
      }
    }
    return word
  }
}
