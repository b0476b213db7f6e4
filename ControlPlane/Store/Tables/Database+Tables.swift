import FoundationEssentials
import GRDB
import Wire

extension Database {
  /// Runs a statement that gives no rows. It is compiled once per connection.
  func run(_ sql: String, _ arguments: StatementArguments) throws {
    try cachedStatement(sql: sql).execute(arguments: arguments)
  }

  func value<Value: DatabaseValueConvertible>(
    _ type: Value.Type, _ sql: String, _ arguments: StatementArguments = StatementArguments()
  ) throws -> Value? {
    try Value.fetchOne(cachedStatement(sql: sql), arguments: arguments)
  }

  func row(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws -> Row? {
    try Row.fetchOne(cachedStatement(sql: sql), arguments: arguments)
  }

  func rows(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws -> [Row] {
    try Row.fetchAll(cachedStatement(sql: sql), arguments: arguments)
  }
}

/// Values of the domain as they lie in blobs: canonical JSON, packed where that saves room.
enum StoredJSON {
  static func data(_ value: some Encodable) throws -> Data {
    PackedJSON.pack(try CanonicalJSON.bytes(of: value))
  }

  /// - Parameter name: what a person calls it, such as `incident 42`.
  static func value<Value: Decodable>(_ type: Value.Type, _ data: Data, _ name: @autoclosure () -> String) throws -> Value {
    guard let json = PackedJSON.unpack(data) else { throw StoredJSONError(name: name()) }
    do {
      return try JSONDecoder().decode(type, from: json)
    } catch {
      throw StoredJSONError(name: name())
    }
  }
}

/// A stored document that this version cannot read. The document itself stays out of the text.
struct StoredJSONError: Error, CustomStringConvertible {
  let name: String
  var description: String { "the stored \(name) cannot be read" }
}
