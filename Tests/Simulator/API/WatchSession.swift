/// One open watch: what is there already, and the stream of what comes.
struct WatchSession: Sendable {
  enum Signal: Sendable {
    case change(Change)
    /// Everything up to this version has been sent.
    case bookmark(UInt64, endsInitialEvents: Bool)
    case failure(APIStatus)
  }

  let id: Int
  let type: ResourceType
  let options: ListOptions
  let namespace: String?
  let presenter: Presenter
  /// Objects that exist when the watch opens, sent as ADDED.
  let initial: [JSONValue]
  let signals: AsyncStream<Signal>
  /// Ends the stream, from anywhere.
  let end: @Sendable () -> Void
  /// Real seconds until the end.
  let timeout: Double
  let sendsBookmarks: Bool

  /// The line for a signal, `nil` when this watch does not see it.
  func line(for signal: Signal, isFirst: Bool) -> [UInt8]? {
    switch signal {
    case .change(let change): return line(for: change, isFirst: isFirst)
    case .bookmark(let revision, let ends): return encode("BOOKMARK", bookmark(revision, ends))
    case .failure(let status): return encode("ERROR", status.body)
    }
  }

  /// The line for an object that was there from the start.
  func initialLine(_ object: JSONValue, isFirst: Bool) -> [UInt8] {
    encode("ADDED", presenter.event(object, isFirst: isFirst))
  }

  /// An object that leaves the selector is DELETED as it was before, under the new version (recordings, 03
  /// selector-leave-and-return).
  private func line(for change: Change, isFirst: Bool) -> [UInt8]? {
    guard namespace == nil || change.key.namespace == namespace else { return nil }
    let matched = change.previous.map { options.matches($0, type) } ?? false
    let matches = change.kind != .deleted && options.matches(change.object, type)
    if change.kind == .deleted {
      return matched ? encode("DELETED", presenter.event(change.object, isFirst: isFirst)) : nil
    }
    switch (matched, matches) {
    case (false, false): return nil
    case (false, true): return encode("ADDED", presenter.event(change.object, isFirst: isFirst))
    case (true, true): return encode("MODIFIED", presenter.event(change.object, isFirst: isFirst))
    case (true, false):
      var last = change.previous ?? change.object
      last["metadata"]?["resourceVersion"] = .string(String(change.revision))
      return encode("DELETED", presenter.event(last, isFirst: isFirst))
    }
  }

  /// What Go writes for an object of which only the metadata is set (recordings, 03 streaming-list*).
  private static let empty: [String: JSONValue] = [
    "pods": ["spec": ["containers": .null], "status": [:]],
    "events": [
      "involvedObject": [:], "source": [:], "firstTimestamp": .null, "lastTimestamp": .null, "eventTime": .null,
      "reportingComponent": "", "reportingInstance": "",
    ],
  ]

  private func bookmark(_ revision: UInt64, _ endsInitialEvents: Bool) -> JSONValue {
    var metadata: JSONValue = ["resourceVersion": .string(String(revision))]
    if endsInitialEvents { metadata["annotations"] = ["k8s.io/initial-events-end": "true"] }
    switch presenter.representation {
    case .object:
      var object: JSONValue = ["kind": .string(type.kind), "apiVersion": .string(type.apiVersion), "metadata": metadata]
      for (key, value) in Self.empty[type.qualifiedName]?.object ?? JSONObject() { object[key] = value }
      return object
    case .metadata: return ["kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": metadata]
    case .table:
      return [
        "kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": metadata, "columnDefinitions": .null, "rows": [],
      ]
    }
  }

  private func encode(_ type: String, _ object: JSONValue) -> [UInt8] {
    let line: JSONValue = ["type": .string(type), "object": object]
    return line.encoded + [UInt8(ascii: "\n")]
  }
}
