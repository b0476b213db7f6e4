import Wire

extension AlertDelivery {
  /// What one post of Alertmanager means: each firing alert with what it is about.
  /// - Parameter inventories: by namespace.
  /// - Returns: the delivery, and the firing alerts that nothing is to be done about.
  public static func of(
    _ webhook: AlertmanagerWebhook, inventories: [String: NamespaceInventory]
  ) -> (delivery: AlertDelivery, ignored: [Alert]) {
    var firing: [Opening] = []
    var ignored: [Alert] = []
    for alert in webhook.alerts where alert.status == .firing {
      if let subject = TargetResolution.subject(of: alert, inventories: inventories) {
        firing.append(Opening(alert: alert, subject: subject))
      } else {
        ignored.append(alert)
      }
    }
    return (AlertDelivery(firing: firing, resolved: webhook.alerts.filter { $0.status == .resolved }), ignored)
  }
}
