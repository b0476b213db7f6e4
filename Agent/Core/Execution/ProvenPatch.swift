import Kubernetes

/// The parts of a JSON Patch that make it apply to exactly the object that was read, and leave its proof there.
enum ProvenPatch {
  /// Tests of uid and, where the kind has one, generation.
  static func tests(on object: Unstructured) -> [JSONPatchOperation] {
    let uid = JSONPatchOperation.test(JSONPointer("metadata", "uid"), .string(object.metadata.uid))
    guard let generation = object.metadata.generation else { return [uid] }
    return [uid, .test(JSONPointer("metadata", "generation"), .integer(generation))]
  }

  /// A test that a value is still the one that was read; null passes on an absent member.
  static func test(_ place: JSONPointer, on object: Unstructured) -> JSONPatchOperation { .test(place, object[place] ?? .null) }

  /// JSON Patch adds no parents, so absent annotations are added whole. Not every kind's generation rises with an annotation
  /// that somebody adds in between, hence the test.
  static func proof(_ command: String, on object: Unstructured) -> [JSONPatchOperation] {
    guard object.metadata.annotations.isEmpty else { return [.add(LastCommand.place, .string(command))] }
    return [.test(Places.notes, .null), .add(Places.notes, .object([LastCommand.name: .string(command)]))]
  }
}
