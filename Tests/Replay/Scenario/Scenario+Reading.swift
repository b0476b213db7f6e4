import Foundation
public import Simulator
import Wire

extension Scenario {
  /// Far above any recording.
  static let sizeLimit = 64 * 1024 * 1024

  /// Reads one file.
  public init(file path: String) throws(ScenarioError) {
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      throw ScenarioError(file: path, reason: "cannot be read: \(error.localizedDescription)")
    }
    guard data.count <= Self.sizeLimit else {
      throw ScenarioError(file: path, reason: "has more than \(Self.sizeLimit / 1024 / 1024) MiB")
    }
    let name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
    do {
      try self.init(JSONValue(parsing: data), name: name)
    } catch let error as JSONParseError {
      throw ScenarioError(file: path, reason: "is not JSON: \(error.description), at byte \(error.offset)")
    } catch let fault as JSONReader.Fault {
      throw ScenarioError(file: path, reason: fault.reason)
    } catch {
      throw ScenarioError(file: path, reason: "\(error)")
    }
  }

  /// - Parameter name: stands for an id that is not given.
  public init(_ document: JSONValue, name: String) throws {
    let reader = try JSONReader(document).object()
    id = try reader["id"]?.string() ?? name
    title = try reader["title"]?.string() ?? ""
    situation = try Situation(reader)
    expectation = try reader["expect"].map { expect throws(JSONReader.Fault) in try Expected(expect) }
  }
}

extension Situation {
  init(_ reader: JSONReader) throws(JSONReader.Fault) {
    now = try Self.time(try reader.required("now"))
    let agents = try reader["agents"]?.strings() ?? []
    namespaces = Set(agents).sorted()
    var deliveries: [Delivery] = []
    for delivery in try reader.required("deliveries").elements() { deliveries.append(try Delivery(delivery)) }
    self.deliveries = deliveries
    objects = try reader.required("objects").elements().map(\.value)
    var logs: [String: StillCluster.Log] = [:]
    for (place, log) in try reader["logs"]?.members() ?? [] {
      logs[place] = StillCluster.Log(current: try log["current"]?.string(), previous: try log["previous"]?.string())
    }
    self.logs = logs
    var history: [PastEntry] = []
    for entry in try reader["history"]?.elements() ?? [] { history.append(try PastEntry(entry)) }
    self.history = history
    var settings: [String: String] = [:]
    for (name, value) in try reader["settings"]?.members() ?? [] { settings[name] = try value.text() }
    self.settings = settings
  }

  private static func time(_ reader: JSONReader) throws(JSONReader.Fault) -> Wire.Timestamp {
    guard let time = Wire.Timestamp(rfc3339: try reader.string()) else {
      throw JSONReader.Fault(reason: "\(reader.place) must be an RFC 3339 time")
    }
    return time
  }
}

extension Situation.Delivery {
  init(_ reader: JSONReader) throws(JSONReader.Fault) {
    let seconds = try reader["after"]?.number() ?? 0
    guard (0...604_800).contains(seconds) else {
      throw JSONReader.Fault(reason: "\(reader.place).after must be from 0 to 604800 seconds")
    }
    after = .seconds(seconds)
    body = try reader.required("body").object().value.encoded
  }
}

extension Situation.PastEntry {
  init(_ reader: JSONReader) throws(JSONReader.Fault) {
    alertName = try reader.required("alert_name").string()
    namespace = try reader["namespace"]?.string() ?? ""
    pod = try reader["pod"]?.string() ?? ""
    actionTaken = try reader["action_taken"]?.string() ?? ""
    verified = try reader["verified"]?.bool() ?? false
    let days = try reader["age_days"]?.number() ?? 0
    guard (0...36_500).contains(days) else {
      throw JSONReader.Fault(reason: "\(reader.place).age_days must be from 0 to 36500")
    }
    age = .seconds(days * 86_400)
    description = try reader["description"]?.string() ?? ""
  }
}
