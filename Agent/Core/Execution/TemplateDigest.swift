import Crypto
import Kubernetes

/// SHA-256, in lower-case hexadecimal, of a pod template as the API server returned it, in canonical JSON.
enum TemplateDigest {
  static func of(_ template: PodTemplate) -> String {
    SHA256.hash(data: template.digestInput).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
