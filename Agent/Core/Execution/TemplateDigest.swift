import Crypto
import Kubernetes

/// SHA-256, in lower-case hexadecimal, of a pod template as the API server returned it, in canonical JSON and without the
/// ReplicaSet's label.
enum TemplateDigest {
  static func of(_ template: PodTemplate) -> String { of(template.whole) }

  static func of(_ template: JSONValue) -> String { hex(PodTemplate.withoutHash(template).canonicalJSON) }

  static func hex(_ bytes: [UInt8]) -> String {
    SHA256.hash(data: bytes).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
