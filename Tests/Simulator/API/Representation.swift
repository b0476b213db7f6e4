/// The form in which a client wants objects.
enum Representation: Sendable, Equatable {
  case object
  case metadata
  case table

  /// Chooses the first form of an Accept header that can be served; JSON only. Refuses with 406 as the API server words it.
  init(accept: String) throws(APIStatus) {
    if accept.isEmpty {
      self = .object
      return
    }
    for range in accept.split(separator: ",") {
      var parameters = range.split(separator: ";").map { $0.trimmingSpaces }
      let media = parameters.removeFirst()
      if media == "application/yaml", parameters.allSatisfy({ !$0.hasPrefix("as=") }) {
        self = .object
        return
      }
      guard ["application/json", "*/*", "application/*"].contains(media) else { continue }
      let shape = parameters.first { $0.hasPrefix("as=") }?.dropFirst(3)
      switch shape {
      case nil:
        self = .object
        return
      case "Table":
        self = .table
        return
      case "PartialObjectMetadata", "PartialObjectMetadataList":
        self = .metadata
        return
      default: continue
      }
    }
    throw .notAcceptable(
      "application/json, application/yaml, application/vnd.kubernetes.protobuf, application/json;stream=watch, "
        + "application/vnd.kubernetes.protobuf;stream=watch")
  }
}

extension Substring {
  var trimmingSpaces: String {
    var text = self
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}

/// Puts objects into the form that was asked for.
struct Presenter: Sendable {
  let type: ResourceType
  let representation: Representation
  /// `includeObject` of a Table: `Metadata`, `Object` or `None`.
  var includeObject = "Metadata"
  /// Whether the answer is to be YAML.
  var isYAML = false
  let now: Timestamp

  /// A single object as the body of an answer.
  func object(_ object: JSONValue) -> JSONValue {
    switch representation {
    case .object: native(object)
    case .metadata: partial(object)
    case .table: table([object], metadata: ["resourceVersion": .string(object.resourceVersion)], withColumns: true)
    }
  }

  /// A list.
  func list(_ objects: [JSONValue], metadata: JSONValue) -> JSONValue {
    switch representation {
    case .object:
      [
        "kind": .string(type.listKind), "apiVersion": .string(type.apiVersion), "metadata": metadata,
        "items": .array(objects.map(item)),
      ]
    case .metadata:
      [
        "kind": "PartialObjectMetadataList", "apiVersion": "meta.k8s.io/v1", "metadata": metadata,
        "items": .array(objects.map(partial)),
      ]
    case .table: table(objects, metadata: metadata, withColumns: true)
    }
  }

  /// The object of a watch event; a Table names its columns only the first time.
  func event(_ object: JSONValue, isFirst: Bool) -> JSONValue {
    representation == .table
      ? table([object], metadata: ["resourceVersion": .string(object.resourceVersion)], withColumns: isFirst)
      : self.object(object)
  }

  /// Items of a list carry neither kind nor apiVersion.
  private func item(_ object: JSONValue) -> JSONValue {
    let object = native(object)
    return .object(
      JSONObject((object.object ?? JSONObject()).filter { $0.key != "kind" && $0.key != "apiVersion" }.map { ($0.key, $0.value) })
    )
  }

  private func native(_ object: JSONValue) -> JSONValue {
    if type == ResourceCatalogue.eventsV1 { return EventConversion.toEventsV1(object) }
    return object
  }

  private func partial(_ object: JSONValue) -> JSONValue {
    ["kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": object.metadata]
  }

  private func table(_ objects: [JSONValue], metadata: JSONValue, withColumns: Bool) -> JSONValue {
    let printer = TablePrinter(type: type, now: now)
    let rows = objects.map { object -> JSONValue in
      let shown: JSONValue =
        switch includeObject {
        case "None": .null
        case "Object": native(object)
        default: partial(object)
        }
      return ["cells": .array(printer.cells(object)), "object": shown]
    }
    return [
      "kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": metadata,
      "columnDefinitions": withColumns ? .array(printer.columns.map(\.definition)) : .null, "rows": .array(rows),
    ]
  }
}

/// Events have two forms; they are kept in that of the core group.
enum EventConversion {
  static func toEventsV1(_ event: JSONValue) -> JSONValue {
    var result: JSONValue = [
      "kind": "Event", "apiVersion": "events.k8s.io/v1", "metadata": event.metadata, "eventTime": event["eventTime"] ?? .null,
      "reportingController": event["reportingComponent"] ?? "", "reportingInstance": event["reportingInstance"] ?? "",
    ]
    for (old, new) in [
      ("action", "action"), ("reason", "reason"), ("involvedObject", "regarding"), ("message", "note"), ("type", "type"),
      ("source", "deprecatedSource"), ("firstTimestamp", "deprecatedFirstTimestamp"),
      ("lastTimestamp", "deprecatedLastTimestamp"), ("count", "deprecatedCount"),
    ] {
      result[new] = event[old]
    }
    return result
  }

  static func toCore(_ event: JSONValue) -> JSONValue {
    var result: JSONValue = ["kind": "Event", "apiVersion": "v1", "metadata": event.metadata]
    for (old, new) in [
      ("regarding", "involvedObject"), ("reason", "reason"), ("note", "message"), ("deprecatedSource", "source"),
      ("deprecatedFirstTimestamp", "firstTimestamp"), ("deprecatedLastTimestamp", "lastTimestamp"),
      ("deprecatedCount", "count"), ("type", "type"), ("eventTime", "eventTime"), ("action", "action"),
      ("reportingController", "reportingComponent"), ("reportingInstance", "reportingInstance"),
    ] {
      result[new] = event[old]
    }
    return result
  }
}
