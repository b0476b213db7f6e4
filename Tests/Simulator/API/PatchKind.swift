/// The ways to patch, by media type.
enum PatchKind: String {
  case json = "application/json-patch+json"
  case merge = "application/merge-patch+json"
  case strategic = "application/strategic-merge-patch+json"

  func apply(_ body: [UInt8], to object: JSONValue) throws(APIStatus) -> JSONValue {
    let document: JSONValue
    do {
      document = try JSONValue(parsing: body)
    } catch {
      throw .badRequest("error decoding patch: \(error.description)")
    }
    switch self {
    case .json: return try applyJSONPatch(document, to: object)
    case .merge, .strategic:
      guard document.object != nil else {
        throw .badRequest(
          "error decoding patch: json: cannot unmarshal \(document.goKind) into Go value of type map[string]interface {}")
      }
      if self == .merge { return object.merged(with: document) }
      return try applyStrategic(document, to: object)
    }
  }

  private func applyJSONPatch(_ document: JSONValue, to object: JSONValue) throws(APIStatus) -> JSONValue {
    do {
      return try JSONPatch(document).applied(to: object)
    } catch {
      switch error {
      case .notAnArray(let found):
        throw .badRequest("error decoding patch: json: cannot unmarshal \(found) into Go value of type []handlers.jsonPatchOp")
      case .tooManyOperations(let count):
        throw .tooLarge("The allowed maximum operations in a JSON patch is \(JSONPatch.mostOperations), got \(count)")
      case .unknownOperation, .missingMember, .pathNotFound, .testFailed: throw .rejectedPatch
      }
    }
  }

  private func applyStrategic(_ document: JSONValue, to object: JSONValue) throws(APIStatus) -> JSONValue {
    do {
      return try StrategicMergePatch.apply(document, to: object)
    } catch {
      switch error {
      case .unknownDirective(let text): throw .internalError("unknown patch type: \(text)")
      case .missingMergeKey(let text): throw .internalError(text)
      }
    }
  }
}
