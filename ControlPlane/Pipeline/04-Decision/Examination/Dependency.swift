import Wire

/// The other side of a complaint about a connection, as far as this namespace knows it.
enum Dependency {
  typealias Service = Examination.Cited<ServiceFact>

  /// Ready again since a short time: it was away before, which explains the complaint.
  case back(Service)
  /// No ready pod, and pods that are on their way.
  case starting(Service)
  /// No ready pod, and nothing that looks like it will have one soon.
  case down(Service, String)
  /// Ready all along: the way to it is broken, not it.
  case fine(Service)
  /// Outside this namespace, or not named.
  case unknown

  /// A service that became ready within this time was away before. One that has been ready for longer refuses for another reason:
  /// a wrong port, a network policy.
  static let recoverySuspicion = Duration.seconds(1800)
}

extension Examination {
  func dependency(of complaint: Complaint) -> Dependency {
    // A line that names a host of elsewhere says all: what its neighbours name is not meant.
    let around = complaint.line.namesForeignHost ? [] : complaint.context.reversed().filter(TellingLines.isTelling)
    let lines = [complaint.line] + around
    guard let service = lines.lazy.compactMap(service(in:)).first else { return .unknown }
    let fact = service.fact
    if fact.readyPods > 0 {
      return isWithin(fact.readySince, Dependency.recoverySuspicion) ? .back(service) : .fine(service)
    }
    let trouble = evidence.namespaceFact?.fact.unhealthyWorkloads.first { entry in
      entry.split(separator: ":").first?.split(separator: "/").last.map { fact.name.hasPrefix($0) || $0.hasPrefix(fact.name) }
        ?? false
    }
    if fact.notReadyPods == 0 { return .down(service, "no pod of it is there") }
    let stuck = ["CrashLoop", "Pull", "Unschedulable", "Pending", "Error", "Terminating", "OOM"]
    if let trouble, stuck.contains(where: trouble.contains) { return .down(service, trouble) }
    return .starting(service)
  }

  /// The service that the line names, by host, or by a port that only one dependency has, as where a client logs an address.
  private func service(in line: String) -> Dependency.Service? {
    // A program that names itself in its log does not depend on itself.
    let others = evidence.services.filter { $0.fact.role == .dependency && $0.fact.name != workload?.target.name }
    let named = others.filter { line.namesHost($0.fact.name, in: evidence.namespace) }
    if let longest = named.max(by: { $0.fact.name.count < $1.fact.name.count }) { return longest }
    guard !line.namesForeignHost else { return nil }
    let ports = Set(line.ports)
    let matching = others.filter { !ports.isDisjoint(with: $0.fact.ports) }
    return matching.count == 1 ? matching[0] : nil
  }
}

extension String {
  /// Whether the line names the host, as a whole name: `inventory` is in `dial tcp inventory:8080` and in `inventory.shop.svc`,
  /// not in `inventory-db`, `old-inventory`, or `inventory.example.com`.
  func namesHost(_ name: String, in namespace: String) -> Bool {
    guard !name.isEmpty else { return false }
    return ranges(of: name).contains { range in
      let before = range.lowerBound > startIndex ? self[index(before: range.lowerBound)] : nil
      let after = range.upperBound < endIndex ? self[range.upperBound] : nil
      guard !before.continuesName, before != ".", !after.continuesName else { return false }
      guard after == "." else { return true }
      let rest = self[index(after: range.upperBound)...].prefix { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "." }
      return rest.isEmpty || rest == namespace || rest.hasPrefix(namespace + ".svc")
    }
  }

  /// A name with a dot, which no service of this namespace bears: `db.example.com`, `gateway.payments.svc`.
  var namesForeignHost: Bool {
    split(whereSeparator: { !($0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == ".")) }).contains { word in
      let labels = word.split(separator: ".", omittingEmptySubsequences: false)
      guard labels.count >= 3 || (labels.count == 2 && ["com", "net", "org", "io", "local"].contains(labels[1])) else {
        return false
      }
      // `org.apache.kafka.common.errors.TimeoutException` is no host.
      return word.allSatisfy { !$0.isUppercase } && labels.allSatisfy { !$0.isEmpty }
        && labels.last.map { $0.allSatisfy(\.isLetter) } == true
    }
  }

  /// Numbers behind a colon, as in `10.0.0.1:6379`.
  var ports: [Int] {
    split(separator: ":").dropFirst().compactMap { part in
      let digits = part.prefix { $0.isASCII && $0.isNumber }
      return (2...5).contains(digits.count) ? Int(digits) : nil
    }
  }
}

extension Character? {
  fileprivate var continuesName: Bool { map { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" } ?? false }
}
