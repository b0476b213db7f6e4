import Foundation
import Yams

/// Reads seeds from YAML manifests.
public enum ManifestLoader {
  /// An annotation that back-dates an object: `90s`, `15m`, `6h`, `3d`. It is taken off before the object is stored. The same
  /// object in two documents of different age is a history: the younger one is an update.
  public static let ageAnnotation = "simulator.ai-sre.dev/age"

  /// The seeds of a YAML text of any number of documents. `List` objects are taken apart.
  public static func seeds(yaml text: String, file: String = "manifest") throws -> [Seed] {
    do {
      return try Array(try Yams.compose_all(yaml: text)).flatMap { node in try seeds(of: json(node)) }
    } catch let error as YamlError {
      throw SeedError(description: "\(file): \(error)")
    }
  }

  /// The seeds of a file, or of all `.yaml`, `.yml` and `.json` files in a directory, in the order of their names.
  public static func seeds(path: String) throws -> [Seed] {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw SeedError(description: "\(path): no such file or directory")
    }
    let files =
      isDirectory.boolValue
      ? try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        .filter { name in [".yaml", ".yml", ".json"].contains { name.hasSuffix($0) } }.map { "\(path)/\($0)" }
      : [path]
    return try files.flatMap { file in
      guard let data = FileManager.default.contents(atPath: file) else {
        throw SeedError(description: "\(file): cannot be read")
      }
      return try seeds(yaml: String(decoding: data, as: UTF8.self), file: file)
    }
  }

  /// Seconds of `90s`, `15m`, `6h`, `3d` or a plain number.
  public static func seconds(_ text: String) -> Double? {
    let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
    if let unit = text.last.flatMap({ units[$0] }) { return Double(text.dropLast()).map { $0 * unit } }
    return Double(text)
  }

  private static func seeds(of document: JSONValue) throws -> [Seed] {
    if document.isNull { return [] }
    if document["kind"]?.string?.hasSuffix("List") == true, let items = document["items"]?.array {
      return try items.flatMap(seeds)
    }
    var object = document
    guard let text = document.annotations[ageAnnotation] else { return [Seed(object)] }
    guard let age = seconds(text) else {
      throw SeedError(description: "\(ageAnnotation): \(text) is not a time such as 90s, 15m, 6h or 3d")
    }
    object["metadata"]?["annotations"]?[ageAnnotation] = nil
    if object[path: "metadata", "annotations"] == [:] { object["metadata"]?["annotations"] = nil }
    return [Seed(object, age: age)]
  }

  static func json(_ node: Node) -> JSONValue {
    switch node {
    case .mapping(let mapping):
      return .object(JSONObject(mapping.map { ($0.key.string ?? "", json($0.value)) }))
    case .sequence(let sequence): return .array(sequence.map(json))
    case .scalar(let scalar):
      if scalar.style == .plain || scalar.style == .any {
        if let bool = node.bool, ["true", "false"].contains(scalar.string.lowercased()) { return .bool(bool) }
        if let integer = Int64(scalar.string) { return .integer(integer) }
        if node.null != nil { return .null }
        if let double = Double(scalar.string), scalar.string.contains(where: { $0 == "." }) { return .double(double) }
      }
      return .string(scalar.string)
    case .alias: return .null
    }
  }
}
