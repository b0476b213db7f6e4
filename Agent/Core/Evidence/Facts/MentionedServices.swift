import Kubernetes

/// Which Services the failing containers speak of, in their logs and their environment. Pure.
enum MentionedServices {
  /// A name counts when it stands alone, as a host does: `slots-cache:6379`, `http://search/`, `lookup db on`,
  /// `db.shop.svc`. The most mentioned first.
  static func find(_ services: [Service], in texts: [String], except selected: [String: String]) -> [Service] {
    var counts: [String: Int] = [:]
    for text in texts {
      for word in text.split(whereSeparator: { !isNamePart($0) }) {
        counts[String(word.prefix { $0 != "." }), default: 0] += 1
      }
    }
    return services.filter { counts[$0.metadata.name] != nil && !isOwn($0, selected) }
      .sorted { (counts[$1.metadata.name] ?? 0, $0.metadata.name) < (counts[$0.metadata.name] ?? 0, $1.metadata.name) }
  }

  private static func isNamePart(_ character: Character) -> Bool {
    character.isASCII && (character.isLetter || character.isNumber || character == "-" || character == ".")
  }

  /// The workload's own Service is no dependency of it.
  private static func isOwn(_ service: Service, _ labels: [String: String]) -> Bool {
    !service.selector.isEmpty && service.selector.allSatisfy { labels[$0.key] == $0.value }
  }
}
