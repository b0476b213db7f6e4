import CZlib
import FoundationEssentials

/// JSON as it lies in blobs: small documents plain, larger ones as zlib's stream behind a mark and their length. A plain document begins
/// with one of JSON's own characters, never with the mark.
enum PackedJSON {
  private static let mark: UInt8 = 1
  private static let headLength = 5
  /// Smaller ones gain too little.
  private static let threshold = 256
  /// More than any document has; a damaged length must not ask for all memory.
  private static let sizeLimit = 64 << 20
  /// zlib's fastest levels leave a third more, its best take twice the time of this one for a hundredth less.
  private static let level: Int32 = 6

  static func pack(_ json: [UInt8]) -> Data {
    guard json.count >= threshold, json.count <= sizeLimit else { return Data(json) }
    var length = compressBound(uLong(json.count))
    var packed = [UInt8](repeating: 0, count: headLength + Int(length))
    let status = packed.withUnsafeMutableBufferPointer { buffer in
      compress2(buffer.baseAddress! + headLength, &length, json, uLong(json.count), level)
    }
    guard status == Z_OK, headLength + Int(length) < json.count else { return Data(json) }
    packed[0] = mark
    for byte in 0..<4 { packed[1 + byte] = UInt8(truncatingIfNeeded: json.count >> (24 - 8 * byte)) }
    return Data(packed.prefix(headLength + Int(length)))
  }

  /// - Returns: nil for a packed document that is damaged.
  static func unpack(_ data: Data) -> Data? {
    guard data.first == mark else { return data }
    let packed = [UInt8](data)
    guard packed.count > headLength else { return nil }
    let size = packed[1..<headLength].reduce(0) { $0 << 8 | Int($1) }
    guard size <= sizeLimit else { return nil }
    var length = uLong(size)
    var json = [UInt8](repeating: 0, count: max(1, size))
    let status = packed.withUnsafeBufferPointer { buffer in
      uncompress(&json, &length, buffer.baseAddress! + headLength, uLong(packed.count - headLength))
    }
    guard status == Z_OK, Int(length) == size else { return nil }
    return Data(json)
  }
}
