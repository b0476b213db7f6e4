/// The name that a template gives to its ReplicaSet: FNV-1a of its canonical text in the letters that Kubernetes uses. The
/// letters are those of the real one, the number is not, because that one hashes a Go structure.
enum PodTemplateHash {
  private static let letters = Array("bcdfghjklmnpqrstvwxz2456789")

  static func text(_ template: JSONValue, collisions: Int) -> String {
    let hash = number(template.canonicalText + (collisions > 0 ? String(collisions) : ""))
    return String(String(hash).utf8.map { letters[Int($0) % letters.count] })
  }

  /// FNV-1a, 32 bits.
  static func number(_ text: String) -> UInt32 {
    text.utf8.reduce(2_166_136_261) { ($0 ^ UInt32($1)) &* 16_777_619 }
  }
}
