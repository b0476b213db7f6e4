import Clients
import Logging
import Pipeline
import Server
import Wire

extension Settings {
  /// What `GET /config` shows. Secrets are shown as set or not set.
  var shown: [ConfigurationEntry] {
    let values: [(Setting, String)] = [
      (.dataDirectory, dataDirectory.path), (.listen, "\(listen)"), (.agentListen, "\(agentListen)"),
      (.tlsCertificate, tls?.certificate ?? "none"), (.agentTLSCertificate, agentTLS?.certificate ?? "self-made"),
      (.agentServerNames, agentServerNames.joined(separator: ",")), (.clusterName, clusterName),
      (.clusterAgentNamespace, clusterAgentNamespace), (.ownSignals, "\(takesSignals)"),
      (.retentionDays, "\(retentionDays)"),
      (.kubeconfig, kubeconfig ?? "none"), (.signerSocket, signerSocket ?? "none"),
      (.groqAPIKey, groq == nil ? "not set" : "set"),
      (.groqModel, groq?.models.joined(separator: ",") ?? "none"), (.groqBaseURL, groq?.baseURL ?? "none"),
      (.modelDeadlineSeconds, "\(modelDeadline.components.seconds)"),
      (.modelDailyTokens, groq?.budget.dailyTokens.map(String.init) ?? "none"),
      (.modelDailyCost, groq?.budget.dailyMicrodollars.map { "\(Double($0) / 1_000_000)" } ?? "none"),
      (.qdrantURL, qdrant?.url ?? "none"), (.qdrantAPIKey, qdrant?.apiKey == nil ? "not set" : "set"),
      (.namespaceGroups, "\(namespaceGroups)"),
      (.gmailUser, mail?.sender ?? "none"), (.mailTo, mail?.recipients.joined(separator: ",") ?? "none"),
      (.targetNamespace, testNamespace), (.targetDeployment, testDeployment),
      (.confidenceThreshold, "\(policy.confidenceThreshold)"), (.autoActionEnabled, "\(policy.autoActionEnabled)"),
      (.requireApprovalFor, policy.requireApprovalFor.map(\.rawValue).sorted().joined(separator: ",")),
      (.stabilitySeconds, "\(policy.minimumStability.components.seconds)"),
      (.coolDownSeconds, "\(policy.coolDown.components.seconds)"), (.webDirectory, webDirectory),
      (.logLevel, logLevel.rawValue),
    ]
    return values.map { ConfigurationEntry(name: $0.0.rawValue.lowercased(), value: $0.1) }
  }
}
