import Simulator

/// A value in a document, with its place, so that a fault says where it is.
struct JSONReader {
  struct Fault: Error {
    let reason: String
  }

  let value: JSONValue
  let place: String

  init(_ value: JSONValue, at place: String = "") {
    self.value = value
    self.place = place
  }

  private func fault(_ place: String, _ expected: String) -> Fault { Fault(reason: "\(place) must be \(expected)") }

  private func place(of key: String) -> String { place.isEmpty ? key : "\(place).\(key)" }

  /// A member; nil when it is absent or null.
  subscript(key: String) -> JSONReader? {
    guard let member = value[key], !member.isNull else { return nil }
    return JSONReader(member, at: place(of: key))
  }

  func required(_ key: String) throws(Fault) -> JSONReader {
    guard let member = self[key] else { throw Fault(reason: "\(place(of: key)) is missing") }
    return member
  }

  func object() throws(Fault) -> JSONReader {
    guard value.object != nil else { throw fault(place.isEmpty ? "the document" : place, "an object") }
    return self
  }

  func string() throws(Fault) -> String {
    guard let text = value.string else { throw fault(place, "a string") }
    return text
  }

  func integer() throws(Fault) -> Int {
    guard let number = value.integer else { throw fault(place, "a whole number") }
    return number
  }

  func bool() throws(Fault) -> Bool {
    guard let isTrue = value.bool else { throw fault(place, "true or false") }
    return isTrue
  }

  func number() throws(Fault) -> Double {
    switch value {
    case .integer(let number): return Double(number)
    case .double(let number): return number
    default: throw fault(place, "a number")
    }
  }

  /// A string, or a number or boolean as it is written: what an environment variable holds.
  func text() throws(Fault) -> String {
    switch value {
    case .string(let text): return text
    case .integer, .double, .bool: return value.text
    default: throw fault(place, "a string")
    }
  }

  func elements() throws(Fault) -> [JSONReader] {
    guard let array = value.array else { throw fault(place, "a list") }
    return array.enumerated().map { JSONReader($0.element, at: "\(place)[\($0.offset)]") }
  }

  func members() throws(Fault) -> [(key: String, value: JSONReader)] {
    guard let object = value.object else { throw fault(place, "an object") }
    return object.map { ($0.key, JSONReader($0.value, at: place(of: $0.key))) }
  }

  func strings() throws(Fault) -> [String] {
    var strings: [String] = []
    for element in try elements() { strings.append(try element.string()) }
    return strings
  }
}
