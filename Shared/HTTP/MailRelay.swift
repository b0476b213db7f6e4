/// The server that takes mails for delivery.
public struct MailRelay: Sendable, Equatable {
  /// How the connection of an `smtp://` relay is protected. An `smtps://` one has TLS from the first byte in any case.
  public enum Security: Sendable, Equatable {
    /// STARTTLS, or no mail.
    case required
    /// STARTTLS when the relay offers it. Whoever sits between can take the offer away.
    case opportunistic
    case none
  }

  /// `smtp://HOST:PORT` or `smtps://HOST:PORT`.
  public var url: String
  public var user: String?
  /// Sent over TLS only: needs `security` to be `required`, or an `smtps://` relay.
  public var password: Secret?
  public var security: Security
  /// For the whole delivery.
  public var deadline: Duration = .seconds(60)
  /// For everything up to the relay's readiness: name resolution, TCP, greeting, TLS and sign-in.
  public var connectDeadline: Duration = .seconds(10)

  public init(_ url: String, user: String? = nil, password: Secret? = nil, security: Security = .required) {
    self.url = url
    self.user = user
    self.password = password
    self.security = security
  }

  func validate() throws(HTTPError) {
    let origin = try Origin(url: url, schemes: ["smtp", "smtps"], forbidsPath: true)
    guard (user == nil) == (password == nil) else {
      throw .invalidRequest("a mail relay needs both user and password, or neither")
    }
    guard let user, let password else { return }
    guard origin.scheme == "smtps" || security == .required else {
      throw .invalidRequest("a password goes over TLS only: set security to required, or use smtps://")
    }
    guard Self.isText(user), Self.isText(password.reveal()) else {
      throw .invalidRequest("the mail relay's user or password is empty or has a control character")
    }
  }

  private static func isText(_ text: String) -> Bool { !text.isEmpty && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F } }
}
