/// One setting: its name in the environment, what it is for, and what holds when it is not given.
enum Setting: String, CaseIterable {
  case dataDirectory = "DATA_DIRECTORY"
  case listen = "LISTEN"
  case agentListen = "AGENT_LISTEN"
  case tlsCertificate = "TLS_CERTIFICATE"
  case tlsKey = "TLS_KEY"
  case agentTLSCertificate = "AGENT_TLS_CERTIFICATE"
  case agentTLSKey = "AGENT_TLS_KEY"
  case agentServerNames = "AGENT_SERVER_NAMES"
  case clusterName = "CLUSTER_NAME"
  case clusterAgentNamespace = "CLUSTER_AGENT_NAMESPACE"
  case ownSignals = "OWN_SIGNALS"
  case retentionDays = "RETENTION_DAYS"
  case kubeconfig = "KUBECONFIG"
  case signerSocket = "SIGNER_SOCKET"
  case groqAPIKey = "GROQ_API_KEY"
  case groqModel = "GROQ_MODEL"
  case groqBaseURL = "GROQ_BASE_URL"
  case modelDeadlineSeconds = "MODEL_DEADLINE_SECONDS"
  case modelDailyTokens = "MODEL_DAILY_TOKENS"
  case modelDailyCost = "MODEL_DAILY_COST"
  case modelPrices = "MODEL_PRICES"
  case qdrantURL = "QDRANT_URL"
  case qdrantAPIKey = "QDRANT_API_KEY"
  case namespaceGroups = "NAMESPACE_GROUPS"
  case gmailUser = "GMAIL_USER"
  case gmailAppPassword = "GMAIL_APP_PASSWORD"
  case mailTo = "MAIL_TO"
  case smtpURL = "SMTP_URL"
  case targetNamespace = "TARGET_NAMESPACE"
  case targetDeployment = "TARGET_DEPLOYMENT"
  case confidenceThreshold = "CONFIDENCE_THRESHOLD"
  case autoActionEnabled = "AUTO_ACTION_ENABLED"
  case requireApprovalFor = "REQUIRE_APPROVAL_FOR"
  case stabilitySeconds = "STABILITY_SECONDS"
  case coolDownSeconds = "COOL_DOWN_SECONDS"
  case webDirectory = "WEB_DIRECTORY"
  case logLevel = "LOG_LEVEL"

  /// Never shown: not in `/config`, not in messages.
  var isSecret: Bool { self == .groqAPIKey || self == .gmailAppPassword || self == .qdrantAPIKey }

  var help: (meaning: String, fallback: String) {
    switch self {
    case .dataDirectory: ("database, keys, tokens, certificates", "./data")
    case .listen: ("address for people and Alertmanager", "127.0.0.1:5000")
    case .agentListen: ("address for agents (TLS, HTTP/2)", "127.0.0.1:5443")
    case .tlsCertificate: ("PEM file of LISTEN's certificate chain", "none: plain HTTP")
    case .tlsKey: ("PEM file of its key", "none")
    case .agentTLSCertificate: ("PEM file of AGENT_LISTEN's certificate chain", "made at first start")
    case .agentTLSKey: ("PEM file of its key", "made at first start")
    case .agentServerNames: ("names in the certificate that is made", "localhost,127.0.0.1,sre-control-plane.ai-sre.svc")
    case .clusterName: ("name of the cluster, part of every command", "default")
    case .clusterAgentNamespace: ("namespace of the cluster agent, which answers for nodes", "ai-sre")
    case .ownSignals: ("false: what agents see by themselves opens no incident, only Alertmanager does", "true")
    case .retentionDays: ("days for which evidence is kept after an incident's end; its story stays", "90")
    case .kubeconfig: ("kubeconfig for TokenReview", "the pod's service account, if in a cluster")
    case .signerSocket: ("socket of `sre-control-plane signer`, which then holds the keys", "none: this process signs")
    case .groqAPIKey: ("Groq's key", "none: the runbooks decide")
    case .groqModel: ("models, tried in order when one is gone", "openai/gpt-oss-120b")
    case .groqBaseURL: ("Groq's address", "https://api.groq.com/openai/v1")
    case .modelDeadlineSeconds: ("seconds for one decision, precedents, model and retries; then the runbooks decide", "20")
    case .modelDailyTokens: ("tokens that each namespace may use in a day (UTC)", "no limit")
    case .modelDailyCost: ("US dollars that each namespace may use in a day (UTC)", "no limit")
    case .modelPrices:
      ("US dollars for a million tokens, as MODEL=PROMPT/COMPLETION, comma separated", "Groq's list prices of 2025")
    case .qdrantURL: ("Qdrant that keeps precedents", "none: they are kept in the database")
    case .qdrantAPIKey: ("its key", "none")
    case .namespaceGroups:
      ("namespaces that share precedents, as TEAM=NAMESPACE+NAMESPACE, comma separated", "each namespace has its own")
    case .gmailUser: ("sender of mail", "none: mail is off")
    case .gmailAppPassword: ("its password at the relay", "none")
    case .mailTo: ("recipients, comma separated", "GMAIL_USER")
    case .smtpURL: ("mail relay", "smtps://smtp.gmail.com:465")
    case .targetNamespace: ("namespace of /trigger-test", "ai-sre")
    case .targetDeployment: ("deployment of /trigger-test", "ai-sre-target")
    case .confidenceThreshold: ("least confidence to act alone, from 0 to 1", "0.8")
    case .autoActionEnabled: ("false: everything is proposed, nothing done alone", "true")
    case .requireApprovalFor: ("actions that always need a person, comma separated", "none besides high risk")
    case .stabilitySeconds: ("least time a workload must stay healthy after an act", "30")
    case .coolDownSeconds: ("rest of a workload after a verification", "600")
    case .webDirectory: ("folder of the console's files", "web beside the working directory or the program")
    case .logLevel: ("trace, debug, info, notice, warning, error, critical", "info")
    }
  }

  static var table: String {
    allCases.map { "  \($0.rawValue)\n      \($0.help.meaning) (default: \($0.help.fallback))" }.joined(separator: "\n")
  }
}

/// A setting that cannot be used: which, what was found, what was expected.
enum SettingsError: Error {
  case invalid(Setting, found: String, expected: String)
  case missingPartner(Setting, of: Setting)
  case unreadable(file: String, reason: String)
}

extension SettingsError: CustomStringConvertible {
  var description: String {
    switch self {
    case .invalid(let setting, let found, let expected):
      "\(setting.rawValue): expected \(expected)" + (setting.isSecret ? "" : ", found \"\(found)\"")
    case .missingPartner(let missing, let given): "\(missing.rawValue) must be set too when \(given.rawValue) is"
    case .unreadable(let file, let reason): "\(file): \(reason)"
    }
  }
}
