/// An event before it is written.
struct EventDraft: Sendable {
  enum Kind: String, Sendable { case normal = "Normal", warning = "Warning" }

  let involved: JSONValue
  let kind: Kind
  let reason: String
  let message: String
  let component: String
  /// The node, for a kubelet's events.
  var host: String?
  /// Set for the scheduler, whose events have another form (recordings, 05 events-pod).
  var action: String?
}

/// Remembers which event object stands for which message, so that a repeat raises its count.
struct EventRecorder: Sendable {
  /// Off while a past is simulated whose events would have expired.
  var isOn = true
  fileprivate var known: [String: ObjectKey] = [:]
  fileprivate var identities: [ObjectKey: String] = [:]
  fileprivate var serial: Int64 = 0
  /// How many different messages with the same reason an object has had lately.
  fileprivate var similar: [String: SimilarEvents] = [:]
}

/// The different messages of one reason about one object within ten minutes.
fileprivate struct SimilarEvents {
  private var messages: Set<String> = []
  private var latest = Timestamp(nanoseconds: 0)

  mutating func add(_ message: String, at now: Timestamp) -> Int {
    if now - latest > 600 { messages = [] }
    latest = now
    if messages.count < 10 { messages.insert(message) }
    return messages.count
  }
}

extension World {
  /// Writes an event, or raises the count of the one that says the same about the same object.
  mutating func record(_ draft: EventDraft, count: Int = 1, firstSecondsAgo: Double = 0) {
    guard recorder.isOn else { return }
    let isCombined = isOneOfMany(draft)
    let message = isCombined ? "(combined from similar events): " + draft.message : draft.message
    let namespace = draft.involved["namespace"]?.string ?? "default"
    let identity = [
      draft.involved["uid"]?.string ?? "", draft.involved["fieldPath"]?.string ?? "", draft.reason, draft.component,
      isCombined ? "" : message,
    ].joined(separator: "\u{1F}")
    if let key = recorder.known[identity], let event = store.object(ResourceCatalogue.events, key) {
      var repeated = event
      if draft.action != nil {
        let seen = event[path: "series", "count"]?.integer ?? 1
        repeated["series"] = ["count": .integer(Int64(seen + count)), "lastObservedTime": .string(now.rfc3339Micro)]
        store.put(ResourceCatalogue.events, key, repeated)
        return
      }
      repeated["message"] = .string(message)
      repeated["count"] = .integer(Int64((event["count"]?.integer ?? 1) + count))
      repeated["lastTimestamp"] = .string(now.rfc3339)
      store.put(ResourceCatalogue.events, key, repeated)
      return
    }
    recorder.serial += 1
    let suffix = String(now.nanoseconds + recorder.serial, radix: 16)
    let key = ObjectKey(namespace: namespace, name: "\(draft.involved["name"]?.string ?? "unknown").\(suffix)")
    recorder.known[identity] = key
    recorder.identities[key] = identity
    var event = event(draft, message, key)
    if count > 1 { event["count"] = .integer(Int64(count)) }
    if firstSecondsAgo > 0 {
      let first = JSONValue.string((now - firstSecondsAgo).rfc3339)
      event["firstTimestamp"] = first
      event["metadata"]?["creationTimestamp"] = first
    }
    store.put(ResourceCatalogue.events, key, event)
    enqueue(.events, key, after: timing.eventLifetime)
  }

  /// From the tenth different message on, all count as one (client-go tools/record/events_cache.go).
  private mutating func isOneOfMany(_ draft: EventDraft) -> Bool {
    guard draft.action == nil else { return false }
    let identity = "\(draft.involved["uid"]?.string ?? "")/\(draft.reason)/\(draft.component)"
    return recorder.similar[identity, default: SimilarEvents()].add(draft.message, at: now) >= 10
  }

  private mutating func event(_ draft: EventDraft, _ message: String, _ key: ObjectKey) -> JSONValue {
    let isScheduler = draft.action != nil
    let stamp: JSONValue = isScheduler ? .null : .string(now.rfc3339)
    var source = JSONObject()
    if !isScheduler {
      source["component"] = .string(draft.component)
      if let host = draft.host { source["host"] = .string(host) }
    }
    var event: JSONValue = [
      "kind": "Event", "apiVersion": "v1",
      "metadata": newMetadata(
        name: key.name, namespace: key.namespace, generation: nil, labels: nil, annotations: nil, owner: nil),
      "involvedObject": draft.involved, "reason": .string(draft.reason), "message": .string(message),
      "source": .object(source), "firstTimestamp": stamp, "lastTimestamp": stamp,
    ]
    if !isScheduler { event["count"] = 1 }
    event["type"] = .string(draft.kind.rawValue)
    event["eventTime"] = isScheduler ? .string(now.rfc3339Micro) : .null
    event["action"] = draft.action.map(JSONValue.string)
    event["reportingComponent"] = .string(draft.component)
    event["reportingInstance"] = .string(isScheduler ? "\(draft.component)-control-plane-1" : draft.host ?? "")
    return event
  }

  /// Forgets what an event stood for when it is gone.
  mutating func forgetEvent(_ key: ObjectKey) {
    if let identity = recorder.identities.removeValue(forKey: key) { recorder.known[identity] = nil }
  }
}

extension ResourceType {
  /// A reference to an object, as events carry it.
  func reference(to object: JSONValue, fieldPath: String? = nil) -> JSONValue {
    var reference: JSONValue = ["kind": .string(kind)]
    if namespaced { reference["namespace"] = .string(object.namespace) }
    reference["name"] = .string(object.name)
    reference["uid"] = .string(object.uid)
    reference["apiVersion"] = .string(apiVersion)
    reference["resourceVersion"] = .string(object.resourceVersion)
    if let fieldPath { reference["fieldPath"] = .string(fieldPath) }
    return reference
  }
}

/// Removes events after their lifetime.
struct EventExpiry: Controller {
  static let watched: Watched = .storages([])

  func observe(_ change: Change, _ world: inout World) {}

  func reconcile(_ key: ObjectKey, _ world: inout World) {
    guard let event = world.store.object(ResourceCatalogue.events, key) else { return }
    let latest = event.time("lastTimestamp") ?? event.time("series", "lastObservedTime") ?? event.creation
    let end = latest + world.timing.eventLifetime
    if end <= world.now {
      world.store.remove(ResourceCatalogue.events, key)
      world.forgetEvent(key)
    } else {
      world.queue.add(.events, key, due: end)
    }
  }
}
