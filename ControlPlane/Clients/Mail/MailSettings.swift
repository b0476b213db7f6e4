public import HTTP

/// Whose mail, to whom, and through which relay. Prints without the password.
public struct MailSettings: Sendable {
  public static let defaultRelayURL = "smtps://smtp.gmail.com:465"
  /// The relay takes no more, nor would people.
  public static let recipientLimit = 20

  /// `GMAIL_USER`: the address in From, and the name for the relay's sign-in.
  public let sender: String
  /// `MAIL_TO`; the sender when nobody else is named.
  public let recipients: [String]
  let relay: MailRelay

  /// - Parameters:
  ///   - recipients: addresses separated by commas; empty or nil for the sender.
  ///   - relayURL: `SMTP_URL`, `smtps://HOST:PORT`, or `smtp://HOST:PORT` with STARTTLS. Without TLS only on loopback, where the
  ///     demo's sink listens.
  ///   - password: `GMAIL_APP_PASSWORD`; nil for relays that ask for none.
  /// - Throws: when an address or the URL cannot be used; the text says which and what is expected.
  public init(
    sender: String, recipients: String? = nil, relayURL: String = Self.defaultRelayURL, password: Secret? = nil
  ) throws(MailSettingsError) {
    let named = (recipients ?? "").split(separator: ",").map { $0.trimmingSpaces }.filter { !$0.isEmpty }
    let recipients = named.isEmpty ? [sender] : named
    guard Self.isAddress(sender) else { throw .badAddress(setting: "GMAIL_USER") }
    guard recipients.allSatisfy(Self.isAddress) else { throw .badAddress(setting: "MAIL_TO") }
    guard recipients.count <= Self.recipientLimit else { throw .tooManyRecipients(limit: Self.recipientLimit) }
    guard let isLocal = Self.isLoopback(relayURL) else { throw .badRelayURL }
    self.sender = sender
    self.recipients = recipients
    let signsIn = password != nil
    relay = MailRelay(
      relayURL, user: signsIn ? sender : nil, password: password, security: isLocal && !signsIn ? .none : .required)
  }

  /// What may stand in a header and in an SMTP command as it is: `NAME@DOMAIN` in printable ASCII without specials.
  static func isAddress(_ text: String) -> Bool {
    let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
    let isPlain = text.utf8.allSatisfy { (0x21...0x7E).contains($0) && !"<>()[]\\,;:\"".utf8.contains($0) }
    return isPlain && parts.count == 2 && (1...64).contains(parts[0].count) && (1...255).contains(parts[1].count)
  }

  /// nil when it is not the URL of a relay. User information is refused: the password has a setting of its own.
  private static func isLoopback(_ url: String) -> Bool? {
    let scheme = ["smtp://", "smtps://"].first { url.hasPrefix($0) }
    guard let scheme else { return nil }
    let authority = url.dropFirst(scheme.count)
    guard !authority.isEmpty, !authority.contains(where: { "@/?# ".contains($0) }) else { return nil }
    let host = authority.hasPrefix("[") ? authority.prefix { $0 != "]" }.dropFirst() : authority.prefix { $0 != ":" }
    return host == "localhost" || host == "::1" || isLoopbackIPv4(host)
  }

  /// 127.0.0.0/8; a name such as `127.example.com` is none.
  private static func isLoopbackIPv4(_ host: Substring) -> Bool {
    let octets = host.split(separator: ".", omittingEmptySubsequences: false)
    return octets.count == 4 && octets[0] == "127" && octets.allSatisfy { UInt8($0) != nil }
  }
}

public enum MailSettingsError: Error, Sendable, Equatable {
  case badAddress(setting: String)
  case tooManyRecipients(limit: Int)
  case badRelayURL
}

extension MailSettingsError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .badAddress(let setting): "\(setting) is not an address of the form NAME@DOMAIN in printable ASCII"
    case .tooManyRecipients(let limit): "MAIL_TO names more than \(limit) recipients"
    case .badRelayURL: "SMTP_URL is not of the form smtps://HOST:PORT or smtp://HOST:PORT, without user and password"
    }
  }
}

extension Substring {
  fileprivate var trimmingSpaces: String {
    var text = drop { $0 == " " }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
