import Clients
import Configuration
import FoundationEssentials
import HTTP
import Logging
import Pipeline
import SystemPackage

extension Settings {
  /// - Parameter file: a YAML file whose keys are the settings' names.
  static func read(file: String?) async throws -> Settings {
    try Settings(reading: try await SettingsReader(file: file))
  }

  private init(reading reader: SettingsReader) throws(SettingsError) {
    dataDirectory = DataDirectory(path: reader.text(.dataDirectory) ?? "data")
    listen = try reader.address(.listen) ?? SocketAddress("127.0.0.1:5000")!
    agentListen = try reader.address(.agentListen) ?? SocketAddress("127.0.0.1:5443")!
    tls = try reader.certificate(.tlsCertificate, .tlsKey)
    agentTLS = try reader.certificate(.agentTLSCertificate, .agentTLSKey)
    agentServerNames = reader.list(.agentServerNames) ?? ["localhost", "127.0.0.1", "sre-control-plane.ai-sre.svc"]
    clusterName = reader.text(.clusterName) ?? "default"
    clusterAgentNamespace = reader.text(.clusterAgentNamespace) ?? "ai-sre"
    takesSignals = try reader.bool(.ownSignals) ?? true
    retentionDays = try reader.days(.retentionDays, 1...36_500) ?? 90
    kubeconfig = reader.text(.kubeconfig)
    signerSocket = reader.text(.signerSocket)
    groq = try reader.groq()
    modelDeadline = .seconds(try reader.number(.modelDeadlineSeconds, 1...300) ?? 20)
    qdrant = try reader.qdrant()
    namespaceGroups = try reader.namespaceGroups()
    mail = try reader.mail()
    testNamespace = reader.text(.targetNamespace) ?? "ai-sre"
    testDeployment = reader.text(.targetDeployment) ?? "ai-sre-target"
    policy = try reader.policy()
    webDirectory = reader.text(.webDirectory) ?? Self.defaultWebDirectory
    logLevel = try reader.logLevel()
  }

  /// Beside the working directory, or, for a program started from elsewhere, beside the program or its build folder.
  private static var defaultWebDirectory: String {
    let program = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path
    let places = ["web", program + "/web", program + "/../../../web"]
    return places.first { FileManager.default.fileExists(atPath: $0 + "/index.html") } ?? "web"
  }
}

/// Reads settings by name; an empty value counts as not given.
struct SettingsReader {
  private let reader: ConfigReader

  init(file: String?) async throws {
    var providers: [any ConfigProvider] = [
      EnvironmentVariablesProvider(secretsSpecifier: .specific(Self.secrets)),
      try await EnvironmentVariablesProvider(
        environmentFilePath: ".env", allowMissing: true, secretsSpecifier: .specific(Self.secrets)),
    ]
    if let file {
      do {
        providers.append(try await FileProvider<YAMLSnapshot>(filePath: .init(file)))
      } catch {
        throw SettingsError.unreadable(file: file, reason: "\(error)")
      }
    }
    reader = ConfigReader(providers: providers)
  }

  private static var secrets: Set<String> { Set(Setting.allCases.filter(\.isSecret).map(\.rawValue)) }

  func text(_ setting: Setting) -> String? {
    let value = reader.string(forKey: ConfigKey([setting.rawValue]), isSecret: setting.isSecret)
    return value.flatMap { $0.isEmpty ? nil : $0 }
  }

  func list(_ setting: Setting) -> [String]? {
    text(setting)?.split(separator: ",").map { String($0.filter { !$0.isWhitespace }) }.filter { !$0.isEmpty }
  }

  func address(_ setting: Setting) throws(SettingsError) -> SocketAddress? {
    guard let text = text(setting) else { return nil }
    guard let address = SocketAddress(text) else { throw .invalid(setting, found: text, expected: "HOST:PORT") }
    return address
  }

  func certificate(_ certificate: Setting, _ key: Setting) throws(SettingsError) -> CertificateFiles? {
    switch (text(certificate), text(key)) {
    case (let certificate?, let key?): return CertificateFiles(certificate: certificate, key: key)
    case (nil, nil): return nil
    case (nil, _?): throw .missingPartner(certificate, of: key)
    case (_?, nil): throw .missingPartner(key, of: certificate)
    }
  }

  func logLevel() throws(SettingsError) -> Logger.Level {
    guard let text = text(.logLevel) else { return .info }
    guard let level = Logger.Level(rawValue: text.lowercased()) else {
      throw .invalid(.logLevel, found: text, expected: Setting.logLevel.help.meaning)
    }
    return level
  }

  func policy() throws(SettingsError) -> PolicySettings {
    do {
      return try PolicySettings { name in Setting(rawValue: name.rawValue).flatMap(text) }
    } catch {
      guard let setting = Setting(rawValue: error.name.rawValue) else {
        preconditionFailure("\(error.name.rawValue) was read, so it is a setting")
      }
      throw .invalid(setting, found: error.found, expected: error.expected)
    }
  }

  func groq() throws(SettingsError) -> GroqSettings? {
    guard let key = text(.groqAPIKey) else { return nil }
    let base = text(.groqBaseURL) ?? GroqSettings.defaultBaseURL
    guard Self.isSafe(base) else {
      throw .invalid(.groqBaseURL, found: base, expected: "an https address (http only on this machine)")
    }
    var settings = GroqSettings(apiKey: Secret(key), baseURL: base, models: list(.groqModel) ?? GroqSettings.defaultModels)
    settings.prices.merge(try prices()) { $1 }
    settings.budget = try budget(for: settings)
    return settings
  }

  /// The key goes there: over TLS, or to this machine. User information would be shown by `/config`.
  static func isSafe(_ base: String) -> Bool {
    let scheme = ["https://", "http://"].first { base.hasPrefix($0) }
    guard let scheme else { return false }
    let authority = base.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    guard !authority.isEmpty, !authority.contains("@") else { return false }
    let host = authority.hasPrefix("[") ? authority.prefix { $0 != "]" }.dropFirst() : authority.prefix { $0 != ":" }
    return scheme == "https://" || ["127.0.0.1", "localhost", "::1"].contains(host)
  }

  func mail() throws(SettingsError) -> MailSettings? {
    let relay = text(.smtpURL)
    guard let sender = text(.gmailUser) ?? (relay == nil ? nil : "ai-sre@localhost") else { return nil }
    do {
      return try MailSettings(
        sender: sender, recipients: text(.mailTo), relayURL: relay ?? MailSettings.defaultRelayURL,
        password: text(.gmailAppPassword).map { Secret($0) })
    } catch {
      throw .unreadable(file: "mail settings", reason: "\(error)")
    }
  }

  func days(_ setting: Setting, _ range: ClosedRange<Int>) throws(SettingsError) -> Int? {
    guard let text = text(setting) else { return nil }
    guard let days = Int(text), range.contains(days) else {
      throw .invalid(setting, found: text, expected: "days from \(range.lowerBound) to \(range.upperBound)")
    }
    return days
  }

  func bool(_ setting: Setting) throws(SettingsError) -> Bool? {
    guard let text = text(setting) else { return nil }
    switch text.lowercased() {
    case "true", "1", "yes", "on": return true
    case "false", "0", "no", "off": return false
    default: throw .invalid(setting, found: text, expected: "true or false")
    }
  }
}
