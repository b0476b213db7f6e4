import FoundationEssentials
import Testing

/// A text with a secret in it, and what of it must stay.
struct SecretSample: Sendable, CustomTestStringConvertible {
  let kind: String
  let secret: String
  let text: String
  let keeps: [String]

  /// `§` in the text stands for the secret.
  init(_ kind: String, _ secret: String, in text: String = "using § for the upload", keeps: [String] = []) {
    self.kind = kind
    self.secret = secret
    self.text = text.split(separator: "§", omittingEmptySubsequences: false).joined(separator: secret)
    self.keeps = keeps
  }

  var testDescription: String { kind }

  static let all = shapes + named + places + wrapped

  private static let made = MadeSecret.of(40)

  static let shapes: [SecretSample] = [
    .init("AWS access key id", "AKIA" + MadeSecret.of(16, from: MadeSecret.upper)),
    .init("AWS temporary key id", "ASIA" + MadeSecret.of(16, from: MadeSecret.upper)),
    .init("Google API key", "AIza" + MadeSecret.of(35, from: MadeSecret.base64URL)),
    .init("Google OAuth token", "ya29." + MadeSecret.of(60, from: MadeSecret.base64URL)),
    .init("Google client secret", "GOCSPX-" + MadeSecret.of(28, from: MadeSecret.base64URL)),
    .init("GitHub personal token", "ghp_" + MadeSecret.of(36)),
    .init("GitHub app token", "ghs_" + MadeSecret.of(36)),
    .init("GitHub fine-grained token", "github_pat_" + MadeSecret.of(22) + "_" + MadeSecret.of(59)),
    .init("GitLab personal token", "glpat-" + MadeSecret.of(20, from: MadeSecret.base64URL)),
    .init("GitLab runner token", "glrt-" + MadeSecret.of(20, from: MadeSecret.base64URL)),
    .init("Slack bot token", "xoxb-" + MadeSecret.of(12, from: MadeSecret.digits) + "-" + MadeSecret.of(24)),
    .init("Slack user token", "xoxp-" + MadeSecret.of(12, from: MadeSecret.digits) + "-" + MadeSecret.of(32)),
    .init("Slack app token", "xapp-1-A" + MadeSecret.of(10) + "-" + MadeSecret.of(64, from: MadeSecret.hex)),
    .init("Stripe secret key", "sk_" + "live_" + MadeSecret.of(24)),
    .init("Stripe restricted key", "rk_" + "live_" + MadeSecret.of(24)),
    .init("Stripe webhook secret", "whsec_" + MadeSecret.of(32)),
    .init("Square token", "sq0atp-" + MadeSecret.of(22, from: MadeSecret.base64URL)),
    .init("Shopify token", "shpat_" + MadeSecret.of(32, from: MadeSecret.hex)),
    .init("Groq key", "gsk_" + MadeSecret.of(52)),
    .init("OpenAI key", "sk-" + MadeSecret.of(48)),
    .init("OpenAI project key", "sk-proj-" + MadeSecret.of(64, from: MadeSecret.base64URL)),
    .init("Anthropic key", "sk-ant-api03-" + MadeSecret.of(80, from: MadeSecret.base64URL)),
    .init("Hugging Face token", "hf_" + MadeSecret.of(34)),
    .init("npm token", "npm_" + MadeSecret.of(36)),
    .init("PyPI token", "pypi-AgEIcHlwaS5vcmc" + MadeSecret.of(90, from: MadeSecret.base64URL)),
    .init("Docker Hub token", "dckr_pat_" + MadeSecret.of(27, from: MadeSecret.base64URL)),
    .init("RubyGems key", "rubygems_" + MadeSecret.of(48, from: MadeSecret.hex)),
    .init("Twilio API key", "SK" + MadeSecret.of(32, from: MadeSecret.hex)),
    .init(
      "SendGrid key", "SG." + MadeSecret.of(22, from: MadeSecret.base64URL) + "." + MadeSecret.of(43, from: MadeSecret.base64URL)),
    .init("Mailgun key", "key-" + MadeSecret.of(32, from: MadeSecret.hex)),
    .init("DigitalOcean token", "dop_v1_" + MadeSecret.of(64, from: MadeSecret.hex)),
    .init("Databricks token", "dapi" + MadeSecret.of(32, from: MadeSecret.hex)),
    .init("Vault token", "hvs." + MadeSecret.of(90, from: MadeSecret.base64URL)),
    .init("Grafana token", "glsa_" + MadeSecret.of(32) + "_" + MadeSecret.of(8, from: MadeSecret.hex)),
    .init("New Relic key", "NRAK-" + MadeSecret.of(27, from: MadeSecret.upper + MadeSecret.digits)),
    .init("Tailscale key", "tskey-auth-" + MadeSecret.of(16) + "CNTRL-" + MadeSecret.of(32)),
    .init("Linear key", "lin_api_" + MadeSecret.of(40)),
    .init("Atlassian token", "ATATT3xFfGF0" + MadeSecret.of(160, from: MadeSecret.base64URL)),
    .init("age secret key", "AGE-SECRET-KEY-1" + MadeSecret.of(58, from: MadeSecret.upper)),
    .init("Azure client secret", "a8Q8Q~" + MadeSecret.of(34, from: MadeSecret.base64URL)),
    .init("Telegram bot token", "123456789:AA" + MadeSecret.of(33, from: MadeSecret.base64URL)),
    .init("bcrypt hash", "$2b$12$" + MadeSecret.of(53)),
    .init("argon2 hash", "$argon2id$v=19$m=65536,t=3,p=4$" + MadeSecret.of(22) + "$" + MadeSecret.of(43)),
    .init("JSON Web Token", MadeSecret.jwt),
    .init("unsigned JSON Web Token", "eyJ" + MadeSecret.of(20) + ".eyJ" + MadeSecret.of(40) + "."),
    .init("RSA private key", MadeSecret.pem("RSA PRIVATE KEY"), in: "key loaded:\n§\nready", keeps: ["key loaded", "ready"]),
    .init("PKCS #8 private key", MadeSecret.pem("PRIVATE KEY")),
    .init("encrypted private key", MadeSecret.pem("ENCRYPTED PRIVATE KEY")),
    .init("OpenSSH private key", MadeSecret.pem("OPENSSH PRIVATE KEY")),
    .init("PGP private key", MadeSecret.pem("PGP PRIVATE KEY BLOCK")),
    .init(
      "private key on one line of JSON", MadeSecret.pem("PRIVATE KEY").split(separator: "\n").joined(separator: "\\n"),
      in: #"{"k":"§\n","a":1}"#, keeps: ["\"a\":1"]),
    .init("e-mail address", "jane.doe+shop@example.co.uk", in: "mail to <§> bounced", keeps: ["bounced"]),
    .init("card number", "4111111111111111", in: "charging § failed", keeps: ["charging", "failed"]),
    .init("card number in groups", "5555 5555 5555 4444"),
    .init("Amex number", "3782-822463-10005"),
  ]

  static let named: [SecretSample] = [
    .init("environment variable", "hunter2", in: "DB_PASSWORD=§", keeps: ["DB_PASSWORD="]),
    .init("exported variable", "hunter2", in: "export PGPASSWORD=§ && psql -h db", keeps: ["psql -h db"]),
    .init(
      "YAML", "correct horse battery", in: "db:\n  user: app\n  password: §\n  port: 5432", keeps: ["user: app", "port: 5432"]),
    .init("quoted YAML", "it's, a; secret", in: "password: \"§\" # rotated", keeps: ["# rotated"]),
    .init("YAML block", "line-one-of-it\n  line-two-of-it", in: "password: |\n  §\nport: 5432", keeps: ["port: 5432"]),
    .init("JSON", "p\\\"w,d}", in: #"{"user":"app","password":"§","port":5432}"#, keeps: ["\"user\":\"app\"", "\"port\":5432"]),
    .init("JSON number", "90210", in: #"{"otp": §, "port": 5432}"#, keeps: ["5432"]),
    .init(
      "JSON within JSON", "hunter2", in: #"{"msg":"login {\"user\":\"app\",\"password\":\"§\",\"x\":1}"}"#, keeps: [#"\"x\":1"#]),
    .init("camel case", "hunter2hunter2", in: "clientSecret=§, timeout=30", keeps: ["timeout=30"]),
    .init("dotted property", "hunter2", in: "spring.datasource.password=§", keeps: ["spring.datasource.password"]),
    .init("Java toString", "hunter2", in: "Config{user=app, password=§, host=db}", keeps: ["user=app", "host=db"]),
    .init("Go struct", "hunter2", in: "{User:app Password:§ Host:db}", keeps: ["User:app", "Host:db"]),
    .init("Ruby hash", "hunter2", in: #"{:user=>"app", :password=>"§"}"#, keeps: ["app"]),
    .init("Python dict", "hunter2", in: "{'user': 'app', 'password': b'§'}", keeps: ["'app'"]),
    .init("URL query", made, in: "GET /v1/items?page=2&access_token=§&sort=asc 200", keeps: ["page=2", "sort=asc 200"]),
    .init("encoded form", "hunter2", in: "user%5Bname%5D=app&user%5Bpassword%5D=§&ok=1", keeps: ["ok=1"]),
    .init(
      "signed URL", MadeSecret.of(64, from: MadeSecret.hex),
      in: "https://b.s3.amazonaws.com/o?X-Amz-Security-Token=§&X-Amz-Expires=60", keeps: ["Expires=60"]),
    .init(
      "shared access signature", MadeSecret.of(43) + "%3D", in: "https://x.blob.core.windows.net/c?sv=2022&sig=§",
      keeps: ["sv=2022"]),
    .init("flag with a space", "hunter2", in: "mongodump --host db --password § --out /tmp", keeps: ["--out /tmp"]),
    .init("flag with an equals sign", made, in: "agent --api-token=§ --verbose", keeps: ["--verbose"]),
    .init("flag in an array", "hunter2", in: #"args: ["--user", "app", "--password", "§"]"#, keeps: ["app"]),
    .init("API key header", made, in: "X-Api-Key: §\nAccept: */*", keeps: ["Accept"]),
    .init("GitLab header", made, in: "PRIVATE-TOKEN: §"),
    .init(
      "connection string", "p@ss w0rd", in: "Server=db,1433;Database=shop;User Id=app;Password=§;Encrypt=true",
      keeps: ["Database=shop", "Encrypt=true"]),
    .init(
      "storage account", MadeSecret.of(86, from: MadeSecret.base64) + "==",
      in: "AccountName=shop;AccountKey=§;EndpointSuffix=core.windows.net", keeps: ["AccountName=shop", "core.windows.net"]),
    .init(
      "service bus key", MadeSecret.of(43, from: MadeSecret.base64) + "=",
      in: "Endpoint=sb://x/;SharedAccessKeyName=Root;SharedAccessKey=§", keeps: ["Root"]),
    .init("AWS secret key", MadeSecret.of(40, from: MadeSecret.base64), in: "aws_secret_access_key = §"),
    .init(
      "pod environment in YAML", "hunter2", in: "- name: DB_PASSWORD\n  value: §\n- name: PORT\n  value: \"80\"",
      keeps: ["\"80\""]),
    .init(
      "pod environment in JSON", "hunter2", in: #"{"name":"DB_PASSWORD","value":"§"},{"name":"PORT","value":"80"}"#, keeps: ["80"]
    ),
    .init("XML", "hunter2", in: "<user>app</user><password>§</password>", keeps: ["<user>app</user>"]),
    .init("SQL", "hunter2", in: "ALTER USER app WITH PASSWORD '§'", keeps: ["ALTER USER app"]),
    .init("MySQL grant", "hunter2", in: "CREATE USER 'app'@'%' IDENTIFIED BY '§'", keeps: ["CREATE USER"]),
    .init("redis.conf", "hunter2", in: "requirepass §"),
    .init("npmrc", made, in: "//registry.example.com/:_authToken=§", keeps: ["registry.example.com"]),
    .init("netrc", "hunter2", in: "machine git.example.com login app password §", keeps: ["login app"]),
    .init("generated password in a sentence", "78fa095d-3f4c-48b1-ad50-e24c31d5cf35", in: "Using generated security password: §"),
    .init(
      "token in a sentence", MadeSecret.of(40, from: MadeSecret.hex), in: "request with token § was refused",
      keeps: ["was refused"]),
    .init("random value of a key", MadeSecret.of(32), in: "loaded key=§ ok", keeps: ["ok"]),
    .init("Spring session cookie", MadeSecret.of(32, from: MadeSecret.hex), in: "JSESSIONID=§"),
    .init("masked name with digits", "hunter2", in: "password2=§"),
    .init("password hash", MadeSecret.of(40, from: MadeSecret.hex), in: "password_hash=§"),
  ]

  static let places: [SecretSample] = [
    .init("bearer header", made, in: "Authorization: Bearer §\nHost: a", keeps: ["Bearer", "Host: a"]),
    .init(
      "bearer in curl", made, in: #"curl -H "Authorization: Bearer §" https://api.example.com/v1"#, keeps: ["api.example.com/v1"]),
    .init("bearer in JSON", made, in: #"{"authorization":["Bearer §"],"host":"a"}"#, keeps: ["\"host\":\"a\""]),
    .init("bearer alone", made, in: "got 401 for Bearer § from upstream", keeps: ["from upstream"]),
    .init(
      "basic header", Data("app:hunter2".utf8).base64EncodedString(), in: "authorization=Basic § status=401",
      keeps: ["status=401"]),
    .init("basic alone", Data("app:hunter2".utf8).base64EncodedString(), in: "proxy: Basic §"),
    .init("digest header", "8ca523f5e9506fed4657c9700eebdbec", in: #"Authorization: Digest username="a", response="§""#),
    .init("GitHub header", made, in: "Authorization: token §"),
    .init("cookie", "sid=abc123; theme=dark", in: "Cookie: §\nAccept: */*", keeps: ["Accept"]),
    .init("set-cookie", "sid=abc123", in: "< Set-Cookie: §; Path=/; HttpOnly\n< Server: x", keeps: ["Server: x"]),
    .init(
      "PostgreSQL URL", "p%40ss", in: "postgres://app:§@db.shop:5432/orders?sslmode=require",
      keeps: ["postgres://app:", "@db.shop:5432/orders"]),
    .init("Redis URL without user", "hunter2", in: "redis://:§@cache:6379/0", keeps: ["@cache:6379/0"]),
    .init("AMQP URL with a slash in the password", "p/ss", in: "amqp://app:§@mq:5672/", keeps: ["@mq:5672/"]),
    .init("MongoDB URL with an at sign", "p@ss", in: "mongodb+srv://app:§@c0.example.net/shop", keeps: ["@c0.example.net/shop"]),
    .init(
      "token in a Git URL", MadeSecret.of(40, from: MadeSecret.hex), in: "https://§@git.example.com/a.git",
      keeps: ["git.example.com/a.git"]),
    .init("MySQL DSN", "hunter2", in: "app:§@tcp(db:3306)/shop?parseTime=true", keeps: ["app:", "@tcp(db:3306)/shop"]),
    .init("JDBC URL", "hunter2", in: "jdbc:postgresql://db/shop?user=app&password=§&ssl=true", keeps: ["ssl=true"]),
    .init("curl user", "hunter2", in: "curl -u app:§ https://x", keeps: ["-u app:", "https://x"]),
    .init("mysql client", "hunter2", in: "mysql -h db -uapp -p§ shop", keeps: ["-uapp", "shop"]),
    .init("redis-cli", "hunter2", in: "redis-cli -h cache -a § ping", keeps: ["ping"]),
    .init("sshpass", "hunter2", in: "sshpass -p '§' ssh host", keeps: ["ssh host"]),
    .init(
      "Slack webhook", "T0" + MadeSecret.of(8) + "/B0" + MadeSecret.of(8) + "/" + MadeSecret.of(24),
      in: "POST https://hooks.slack.com/services/§ 404", keeps: ["hooks.slack.com/services/", "404"]),
    .init("Discord webhook", "123456/" + MadeSecret.of(60), in: "https://discord.com/api/webhooks/§"),
    .init("Redis monitor", "hunter2", in: #"1669 [0 10.0.0.1:1] "AUTH" "§""#),
  ]

  static let wrapped: [SecretSample] = [
    .init(
      "password in base64", Data("DB_PASSWORD=hunter2 DB_USER=app".utf8).base64EncodedString(), in: "data: §", keeps: ["data:"]),
    .init("URL in base64", Data("postgres://app:hunter2@db/shop".utf8).base64EncodedString(), in: "url.b64 §"),
    .init("private key in base64", Data(MadeSecret.pem("RSA PRIVATE KEY").utf8).base64EncodedString(), in: "tls.key.b64 §"),
    .init(
      "Docker configuration",
      Data(#"{"auths":{"r.io":{"auth":"\#(Data("app:hunter2hunter2".utf8).base64EncodedString())"}}}"#.utf8)
        .base64EncodedString(),
      in: ".dockerconfigjson: §"),
    .init("base64 in base64", Data(Data("{\"password\":\"hunter2\"}".utf8).base64EncodedString().utf8).base64EncodedString()),
    .init(
      "Kubernetes Secret", Data("hunter2".utf8).base64EncodedString(), in: "data:\n  password: §\nkind: Secret",
      keeps: ["kind: Secret"]),
  ]
}
