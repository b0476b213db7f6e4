import Clients
import Pipeline

/// What is on, what is off, and how to turn it on: the first thing that an operator sees.
struct Banner {
  let settings: Settings
  let epoch: Int64
  let console: String
  let agents: String
  let kubernetes: String?
  let signing: String

  var text: String {
    let policy = settings.policy
    return """
      ============================================================
       AI SRE control plane \(Version.current) (cluster \(settings.clusterName), epoch \(epoch))
      ============================================================
        Webhook:     \(console)/webhook
        Health:      \(console)/health
        Console:     \(console)/  (sign in with `sre-control-plane token`)
        Agents:      \(agents)
        Kubernetes:  \(kubernetes ?? "off: agents cannot sign in; set KUBECONFIG or run in a cluster")
        Signing:     \(signing)
        Model:       \(settings.groq.map { "Groq, \($0.models.joined(separator: ", "))" } ?? "off: the runbooks decide; set GROQ_API_KEY")
        Mail:        \(settings.mail.map { "to \($0.recipients.joined(separator: ", "))" } ?? "off: set GMAIL_USER and GMAIL_APP_PASSWORD, or SMTP_URL")
        Auto-Action: \(policy.autoActionEnabled ? "on" : "off: everything is proposed; set AUTO_ACTION_ENABLED=true")
        Confidence Threshold: \(policy.confidenceThreshold)
      ============================================================
      """
  }
}
