import Foundation

/// The options of a list or watch, read and checked.
struct ListOptions: Sendable {
  enum Match: String, Sendable { case notOlderThan = "NotOlderThan", exact = "Exact" }

  let labels: LabelSelector
  let fields: FieldSelector?
  let limit: Int
  let continueToken: ContinueToken?
  let revision: UInt64?
  let match: Match?

  init(_ query: Query, type: ResourceType, isWatch: Bool = false) throws(APIStatus) {
    do {
      labels = try LabelSelector(parsing: query["labelSelector"] ?? "")
      fields = try query["fieldSelector"].map { text throws(SelectorError) in try FieldSelector(parsing: text, for: type) }
    } catch {
      throw .badRequest(error.message)
    }
    limit = max(0, Int(query["limit"] ?? "") ?? 0)
    let revisionText = query["resourceVersion"] ?? ""
    match = query["resourceVersionMatch"].flatMap(Match.init(rawValue:))
    if query["resourceVersionMatch"] != nil, !isWatch {
      guard !revisionText.isEmpty else {
        throw .invalidOptions(
          "ListOptions",
          .forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden unless resourceVersion is provided"))
      }
    }
    if let text = query["continue"], !text.isEmpty, !isWatch {
      guard revisionText.isEmpty || revisionText == "0" else {
        throw .badRequest("specifying resource version is not allowed when using continue")
      }
      continueToken = try ContinueToken(parsing: text)
    } else {
      continueToken = nil
    }
    if revisionText.isEmpty {
      revision = nil
    } else {
      guard let number = UInt64(revisionText) else {
        let why =
          "resourceVersion: Invalid value: \"\(revisionText)\": strconv.ParseUint: parsing \"\(revisionText)\": invalid syntax"
        throw isWatch ? .internalError(why) : .badRequest("invalid resource version: \(why)")
      }
      revision = number
    }
  }

  func matches(_ object: JSONValue, _ type: ResourceType) -> Bool {
    labels.matches(object)
      && (fields?.matches(type == ResourceCatalogue.eventsV1 ? EventConversion.toEventsV1(object) : object) ?? true)
  }

  var hasSelector: Bool { labels != .everything || fields != nil }
}

/// The token that says where the next page begins: the form of a real API server (recordings, 02 page-1).
struct ContinueToken: Sendable {
  /// -1 goes on at the present revision.
  let revision: Int64
  /// The key of the first object of the page, `/name` or `/namespace/name`, with a NUL after the last one seen.
  let start: String

  init(revision: Int64, after key: ObjectKey, inNamespace: Bool) {
    self.revision = revision
    start = (inNamespace || key.namespace.isEmpty ? "/\(key.name)" : "/\(key.namespace)/\(key.name)") + "\0"
  }

  init(parsing text: String) throws(APIStatus) {
    let standard = text.replacing("-", with: "+").replacing("_", with: "/")
    let padded = standard + String(repeating: "=", count: (4 - standard.count % 4) % 4)
    guard let data = Data(base64Encoded: padded), let document = try? JSONValue(parsing: Array(data)),
      let revision = document["rv"]?.integer, let start = document["start"]?.string
    else {
      throw .badRequest(
        "invalid continue token: continue key is not valid: invalid character 'i' looking for beginning of value")
    }
    self.revision = Int64(revision)
    self.start = start
  }

  var text: String {
    let document: JSONValue = ["v": "meta.k8s.io/v1", "rv": .integer(revision), "start": .string(start)]
    let json = String(decoding: document.encoded, as: UTF8.self)
    return Data(json.utf8).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }

  /// Whether an object comes at or after the beginning of the page.
  func includes(_ key: ObjectKey, inNamespace: Bool) -> Bool {
    var start = start
    if !start.hasPrefix("/") { start = "/" + start }
    let mine = inNamespace || key.namespace.isEmpty ? "/\(key.name)" : "/\(key.namespace)/\(key.name)"
    return mine >= start
  }
}

extension ResourceAPI {
  func list(_ world: World) throws(APIStatus) -> APIResponse {
    let presenter = try presenter(world)
    let options = try ListOptions(request.query, type: type)
    let namespace = request.target.namespace.isEmpty || !type.namespaced ? nil : request.target.namespace
    let inNamespace = namespace != nil
    var revision = world.store.revision
    if let asked = options.revision, asked > revision {
      throw APIStatus(
        code: 504, message: "Timeout: Too large resource version: \(asked), current: \(revision)", reason: "Timeout",
        details: [
          "causes": [["reason": "ResourceVersionTooLarge", "message": "Too large resource version"]], "retryAfterSeconds": 1,
        ], retryAfter: 1)
    }
    var objects: [(key: ObjectKey, value: JSONValue)]
    if let token = options.continueToken, token.revision > 0 {
      revision = UInt64(token.revision)
      guard let past = world.store.objects(type, namespace: namespace, at: revision) else {
        let fresh = ContinueToken(parsing: token, revision: -1)
        throw .expired(Self.tooOldContinue, continueToken: fresh.text)
      }
      objects = past
    } else if options.match == .exact, let asked = options.revision {
      revision = asked
      guard let past = world.store.objects(type, namespace: namespace, at: asked) else {
        throw .expired("The resourceVersion for the provided list is too old.")
      }
      objects = past
    } else {
      objects = world.store.objects(type, namespace: namespace)
    }
    objects = objects.filter { entry in
      options.matches(entry.value, type) && (options.continueToken?.includes(entry.key, inNamespace: inNamespace) ?? true)
    }
    var metadata: JSONValue = ["resourceVersion": .string(String(revision))]
    // resourceVersion=0 is answered from the cache, which does not page (recordings, 02 list-rv0-limit).
    // Nor do component statuses, which no store holds.
    if options.limit > 0, options.revision != 0, type != ResourceCatalogue.componentStatuses, objects.count > options.limit {
      let last = objects[options.limit - 1].key
      metadata["continue"] = .string(
        ContinueToken(revision: Int64(revision), after: last, inNamespace: inNamespace).text)
      if !options.hasSelector { metadata["remainingItemCount"] = .integer(Int64(objects.count - options.limit)) }
      objects = Array(objects.prefix(options.limit))
    }
    return answer(presenter, presenter.list(objects.map(\.value), metadata: metadata))
  }

  private static let tooOldContinue =
    "The provided continue parameter is too old to display a consistent list result. You can start a new list without the "
    + "continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with "
    + "the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the "
    + "first chunk was returned and now may show up in the list."
}

extension ContinueToken {
  /// The same place at another revision.
  init(parsing token: ContinueToken, revision: Int64) {
    self.revision = revision
    start = token.start.hasPrefix("/") ? String(token.start.dropFirst()) : token.start
  }
}
