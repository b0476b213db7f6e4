/// One mistake in one field, worded as the API server words it.
struct FieldError: Sendable {
  let field: String
  /// `FieldValueInvalid`, `FieldValueRequired`, …
  let reason: String
  let message: String

  static func invalid(_ field: String, _ value: String, _ why: String) -> FieldError {
    FieldError(field: field, reason: "FieldValueInvalid", message: "Invalid value: \(value): \(why)")
  }

  static func required(_ field: String, _ why: String = "") -> FieldError {
    FieldError(field: field, reason: "FieldValueRequired", message: why.isEmpty ? "Required value" : "Required value: \(why)")
  }

  static func forbidden(_ field: String, _ why: String) -> FieldError {
    FieldError(field: field, reason: "FieldValueForbidden", message: "Forbidden: \(why)")
  }

  static func notSupported(_ field: String, _ value: String, _ supported: [String]) -> FieldError {
    let list = supported.map { "\"\($0)\"" }.joined(separator: ", ")
    return FieldError(
      field: field, reason: "FieldValueNotSupported", message: "Unsupported value: \(value): supported values: \(list)")
  }

  static func tooLong(_ field: String, bytes: Int) -> FieldError {
    FieldError(field: field, reason: "FieldValueTooLong", message: "Too long: may not be more than \(bytes) bytes")
  }
}

extension APIStatus {
  /// 422 of the fields of an object. `details.kind` is the Kind and not the resource.
  static func invalid(kind: String, group: String, name: String, _ errors: [FieldError]) -> APIStatus {
    let qualified = group.isEmpty ? kind : "\(kind).\(group)"
    var texts: [String] = []
    for error in errors {
      let text = "\(error.field): \(error.message)"
      if !texts.contains(text) { texts.append(text) }
    }
    let text = texts.count == 1 ? texts[0] : "[\(texts.joined(separator: ", "))]"
    var details = details(name: name, group: group, kind: kind)
    details["causes"] = .array(
      errors.map { ["reason": .string($0.reason), "message": .string($0.message), "field": .string($0.field)] })
    return APIStatus(code: 422, message: "\(qualified) \"\(name)\" is invalid: \(text)", reason: "Invalid", details: details)
  }

  static func invalid(_ type: ResourceType, _ name: String, _ errors: [FieldError]) -> APIStatus {
    invalid(kind: type.kind, group: type.group, name: name, errors)
  }

  /// 422 of a query parameter: `ListOptions.meta.k8s.io "" is invalid`.
  static func invalidOptions(_ kind: String, _ error: FieldError) -> APIStatus {
    invalid(kind: kind, group: "meta.k8s.io", name: "", [error])
  }
}
