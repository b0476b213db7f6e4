import Hummingbird
public import Logging
public import Pipeline
import Wire

/// `POST /webhook`: what Alertmanager posts.
///
/// Alertmanager retries on 5xx and lost connections only, so whatever is not the sender's fault answers 503, and 200 is said only of
/// what is durable.
public struct WebhookRoute: Sendable {
  /// A 413 would lose alerts: a group of 10,000 alerts with long annotations still fits.
  public static let bodyLimit = 32 * 1024 * 1024

  private let runner: Runner
  private let inventories: @Sendable () -> [String: NamespaceInventory]
  private let metrics: Metrics
  private let logger: Logger

  public init(
    runner: Runner, inventories: @escaping @Sendable () -> [String: NamespaceInventory], metrics: Metrics, logger: Logger
  ) {
    self.runner = runner
    self.inventories = inventories
    self.metrics = metrics
    self.logger = logger
  }

  func answer(_ request: Request) async -> Response {
    let body: [UInt8]
    do {
      body = try await request.body.bytes(upTo: Self.bodyLimit)
    } catch is WireError {
      return .json(.contentTooLarge, Refusal("the body is larger than \(Self.bodyLimit) bytes"))
    } catch {
      return .json(.badRequest, Refusal("the body ended early"))
    }
    do {
      let webhook = try AlertmanagerWebhook(parsing: body)
      let commit = try await runner.take(delivery(of: webhook))
      metrics.count(.alertsReceived, by: webhook.alerts.count)
      return .json(.ok, Receipt(alerts: webhook.alerts.count, incidents: commit.incidents.map(\.id)))
    } catch let error as AlertError {
      metrics.count(.webhooksRefused)
      return .json(.badRequest, Refusal("\(error)"))
    } catch {
      logger.error("alerts not taken", metadata: ["error": "\(error)"])
      return .json(.serviceUnavailable, Refusal("the alerts could not be stored; send them again"), retryAfter: 5)
    }
  }

  private func delivery(of webhook: AlertmanagerWebhook) -> AlertDelivery {
    let (delivery, ignored) = AlertDelivery.of(webhook, inventories: inventories())
    for alert in ignored {
      logger.notice("alert without a namespace ignored", metadata: ["alertname": "\(alert.name)"])
      metrics.count(.alertsWithoutNamespace)
    }
    return delivery
  }

  private struct Receipt: Encodable {
    let alerts: Int
    let incidents: [Int64]
  }
}
