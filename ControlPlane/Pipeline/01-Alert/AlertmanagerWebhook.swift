import FoundationEssentials
import Redaction
import Wire

/// The body of Alertmanager's webhook, version 4
/// (https://prometheus.io/docs/alerting/latest/configuration/#webhook_config).
public struct AlertmanagerWebhook: Sendable, Hashable {
  /// Alerts in one post. Alertmanager groups as it is told; past this many the post is refused as not meant for a person.
  public static let alertLimit = 10_000
  /// Longer label and annotation values are cut.
  public static let valueLimit = 8 * 1024

  public let alerts: [Alert]
  /// Alerts that Alertmanager left out because of `max_alerts`.
  public let truncatedAlerts: Int

  public init(parsing body: [UInt8]) throws(AlertError) {
    let json: EncodedWebhook
    do {
      json = try JSONDecoder().decode(EncodedWebhook.self, from: Data(body))
    } catch let DecodingError.keyNotFound(key, context) {
      throw .notAWebhook("\(Self.place(context.codingPath + [key])) is missing")
    } catch let DecodingError.typeMismatch(_, context), let DecodingError.valueNotFound(_, context) {
      throw .notAWebhook("\(Self.place(context.codingPath)) has the wrong type")
    } catch {
      throw .notAWebhook("the body is not JSON")
    }
    guard json.version == "4" else { throw .unsupportedVersion(json.version) }
    guard json.alerts.count <= Self.alertLimit else { throw .tooManyAlerts(json.alerts.count) }
    let redactor = Redactor()
    var alerts: [Alert] = []
    for (index, alert) in json.alerts.enumerated() { alerts.append(try alert.validated(index, redactor)) }
    self.alerts = alerts
    truncatedAlerts = max(0, json.truncatedAlerts ?? 0)
  }

  /// `alerts[0].status`
  private static func place(_ keys: [any CodingKey]) -> String {
    let text = keys.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }.joined()
    return text.isEmpty ? "the body" : String(text.drop { $0 == "." })
  }
}

/// Why a post was refused. Alertmanager does not retry a 400.
public enum AlertError: Error, Sendable, Equatable {
  case notAWebhook(String)
  case unsupportedVersion(String)
  case tooManyAlerts(Int)
}

extension AlertError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notAWebhook(let reason): "not an Alertmanager webhook: \(reason)"
    case .unsupportedVersion(let version): "webhook version \"\(version.prefix(20))\" is not supported, expected \"4\""
    case .tooManyAlerts(let count): "\(count) alerts in one post, at most \(AlertmanagerWebhook.alertLimit) expected"
    }
  }
}

private struct EncodedWebhook: Decodable {
  let version: String
  let alerts: [EncodedAlert]
  let truncatedAlerts: Int?
}

private struct EncodedAlert: Decodable {
  let status: String
  let labels: [String: String]
  let annotations: [String: String]?
  let startsAt: String
  let fingerprint: String

  func validated(_ index: Int, _ redactor: Redactor) throws(AlertError) -> Alert {
    guard let status = Alert.Status(rawValue: status) else {
      throw .notAWebhook("alerts[\(index)].status is neither \"firing\" nor \"resolved\"")
    }
    guard let startsAt = Timestamp(rfc3339: startsAt) else {
      throw .notAWebhook("alerts[\(index)].startsAt is not an RFC 3339 time")
    }
    guard let name = labels["alertname"], !name.isEmpty else {
      throw .notAWebhook("alerts[\(index)].labels has no alertname")
    }
    guard !fingerprint.isEmpty else { throw .notAWebhook("alerts[\(index)].fingerprint is empty") }
    return Alert(
      status: status, labels: labels.mapValues(Self.cut),
      annotations: (annotations ?? [:]).mapValues { redactor.redact(Self.cut($0)) },
      startsAt: startsAt, fingerprint: Self.cut(fingerprint))
  }

  private static func cut(_ value: String) -> String {
    value.utf8.count <= AlertmanagerWebhook.valueLimit
      ? value : String(decoding: value.utf8.prefix(AlertmanagerWebhook.valueLimit), as: UTF8.self)
  }
}
