extension TokenShape {
  /// By issuer. Lengths are those that the issuers document or use; where they vary, a lower bound that no ordinary word reaches.
  static let all: [TokenShape] = clouds + codeHosts + payments + messaging + models + platforms + registries + passwordHashes

  private static let clouds: [TokenShape] = [
    // AWS access key ids: long-term, temporary, and those of roles, users and groups.
    .init("AKIA", .upperAlphanumeric, exactly: 16), .init("ASIA", .upperAlphanumeric, exactly: 16),
    .init("ABIA", .upperAlphanumeric, exactly: 16), .init("ACCA", .upperAlphanumeric, exactly: 16),
    .init("AGPA", .upperAlphanumeric, exactly: 16), .init("AIDA", .upperAlphanumeric, exactly: 16),
    .init("AROA", .upperAlphanumeric, exactly: 16), .init("ANPA", .upperAlphanumeric, exactly: 16),
    // AWS Bedrock.
    .init("ABSK", .token, 100...),
    // Google: API key, OAuth access token, client secret, refresh token.
    .init("AIza", .base64URL, exactly: 35), .init("ya29.", .dotted, 20...), .init("GOCSPX-", .base64URL, 20...),
    .init("1//0", .base64URL, 40...),
    // Alibaba, Tencent, DigitalOcean, Fly, Cloudflare Origin CA.
    .init("LTAI", .alphanumeric, 16...20, mixed: true), .init("AKID", .alphanumeric, 32...40, mixed: true),
    .init("dop_v1_", .lowerHex, exactly: 64), .init("doo_v1_", .lowerHex, exactly: 64),
    .init("dor_v1_", .lowerHex, exactly: 64), .init("fm2_", .token, 40...), .init("fo1_", .base64URL, 40...),
    .init("v1.0-", .base64URL, 150...),
  ]

  private static let codeHosts: [TokenShape] = [
    .init("ghp_", .alphanumeric, 36...), .init("gho_", .alphanumeric, 36...), .init("ghu_", .alphanumeric, 36...),
    .init("ghs_", .dotted, 36...), .init("ghr_", .alphanumeric, 36...), .init("github_pat_", .base64URL, 40...),
    .init("glpat-", .dotted, 20...), .init("gldt-", .dotted, 20...), .init("glrt-", .dotted, 20...),
    .init("glcbt-", .dotted, 20...), .init("glptt-", .dotted, 20...), .init("glft-", .dotted, 20...),
    .init("glimt-", .dotted, 20...), .init("glagent-", .dotted, 20...), .init("gloas-", .dotted, 20...),
    .init("glsoat-", .dotted, 20...), .init("GR1348941", .base64URL, 20...),
    // Atlassian and Bitbucket.
    .init("ATATT3", .token, 50...), .init("ATCTT3", .token, 50...), .init("ATBB", .alphanumeric, 20..., mixed: true),
    // Continuous integration and code quality.
    .init("CCIPAT_", .base64URL, 30...), .init("bkua_", .lowerHex, exactly: 40), .init("sqp_", .lowerHex, exactly: 40),
    .init("squ_", .lowerHex, exactly: 40), .init("sqa_", .lowerHex, exactly: 40),
  ]

  private static let payments: [TokenShape] = [
    .init("sk_live_", .alphanumeric, 16...), .init("sk_test_", .alphanumeric, 16...),
    .init("rk_live_", .alphanumeric, 16...), .init("rk_test_", .alphanumeric, 16...), .init("whsec_", .token, 24...),
    .init("sq0atp-", .base64URL, 22...), .init("sq0csp-", .base64URL, 43...), .init("EAAA", .base64URL, exactly: 60),
    .init("access_token$production$", .token, 30...), .init("access_token$sandbox$", .token, 30...),
    .init("shpat_", .hex, exactly: 32), .init("shpss_", .hex, exactly: 32), .init("shpca_", .hex, exactly: 32),
    .init("shppa_", .hex, exactly: 32), .init("FLWSECK-", .base64URL, 20...), .init("rzp_live_", .alphanumeric, 14...),
  ]

  private static let messaging: [TokenShape] = [
    .init("xoxb-", .base64URL, 10...), .init("xoxp-", .base64URL, 10...), .init("xoxa-", .base64URL, 10...),
    .init("xoxr-", .base64URL, 10...), .init("xoxs-", .base64URL, 10...), .init("xoxc-", .base64URL, 10...),
    .init("xoxd-", .token, 10...), .init("xoxe-", .base64URL, 10...), .init("xoxe.", .dotted, 10...),
    .init("xapp-", .base64URL, 10..., mixed: true),
    // Twilio: API key and account; SendGrid; Mailgun; Mailchimp's Mandrill; Brevo; Telegram is found by `Credentials`.
    .init("SK", .lowerHex, exactly: 32), .init("AC", .lowerHex, exactly: 32), .init("SG.", .dotted, 60...70),
    .init("key-", .lowerHex, exactly: 32), .init("xkeysib-", .base64URL, 60...), .init("re_", .base64URL, 30..., mixed: true),
    // Facebook.
    .init("EAACEdEose0cBA", .alphanumeric, 20...),
  ]

  private static let models: [TokenShape] = [
    .init("gsk_", .alphanumeric, 20...), .init("sk-proj-", .base64URL, 20...), .init("sk-svcacct-", .base64URL, 20...),
    .init("sk-admin-", .base64URL, 20...), .init("sk-ant-", .base64URL, 20...), .init("sk-or-", .base64URL, 20...),
    .init("sk-", .base64URL, 20..., mixed: true), .init("sess-", .alphanumeric, 32..., mixed: true),
    .init("hf_", .alphanumeric, 30...), .init("api_org_", .alphanumeric, 30...), .init("r8_", .alphanumeric, 30...),
    .init("xai-", .alphanumeric, 40..., mixed: true), .init("pplx-", .alphanumeric, 40...),
    .init("nvapi-", .base64URL, 40...), .init("tvly-", .base64URL, 24..., mixed: true),
  ]

  private static let platforms: [TokenShape] = [
    // HashiCorp Vault and Terraform, Doppler, Pulumi, 1Password, age.
    .init("hvs.", .base64URL, 24...), .init("hvb.", .base64URL, 24...), .init("hvr.", .base64URL, 24...),
    .init("dp.pt.", .alphanumeric, 40...), .init("dp.st.", .dotted, 40...), .init("pul-", .lowerHex, exactly: 40),
    .init("ops_eyJ", .base64URL, 40...), .init("AGE-SECRET-KEY-1", .upperAlphanumeric, 50...),
    // Databricks, Dynatrace, New Relic, Grafana, Sentry, PagerDuty-style keys are plain and go by name.
    .init("dapi", .lowerHex, exactly: 32), .init("dt0c01.", .dotted, 60...), .init("dt0s16.", .dotted, 60...),
    .init("NRAK-", .upperAlphanumeric, 20...), .init("NRJS-", .lowerHex, 15...), .init("NRII-", .base64URL, 20...),
    .init("glsa_", .base64URL, 32...), .init("glc_", .token, 40...), .init("sntrys_", .token, 40...),
    .init("sntryu_", .lowerHex, exactly: 64),
    // Tailscale, Heroku, Linear, Notion, Figma, Postman, PlanetScale, Supabase, Typeform, Contentful, Adafruit, Mapbox.
    .init("tskey-", .base64URL, 20...), .init("HRKU-", .base64URL, 30...), .init("lin_api_", .alphanumeric, 32...),
    .init("lin_oauth_", .alphanumeric, 32...), .init("ntn_", .alphanumeric, 40...),
    .init("secret_", .alphanumeric, 40..., mixed: true), .init("figd_", .base64URL, 30...), .init("PMAK-", .base64URL, 40...),
    .init("pscale_tkn_", .dotted, 30...), .init("pscale_pw_", .dotted, 30...), .init("pscale_oauth_", .dotted, 30...),
    .init("sbp_", .lowerHex, exactly: 40), .init("sb_secret_", .base64URL, 20...), .init("tfp_", .dotted, 40...),
    .init("CFPAT-", .base64URL, 40...), .init("aio_", .alphanumeric, exactly: 28), .init("sk.eyJ", .dotted, 40...),
    .init("PSTMN", .base64URL, 20..., mixed: true), .init("EZAK", .alphanumeric, exactly: 54), .init("vcp_", .base64URL, 40...),
  ]

  private static let registries: [TokenShape] = [
    .init("npm_", .alphanumeric, 36...), .init("pypi-AgE", .base64URL, 40...), .init("dckr_pat_", .base64URL, 20...),
    .init("dckr_oat_", .base64URL, 20...), .init("rubygems_", .lowerHex, exactly: 48), .init("oy2", .alphanumeric, exactly: 43),
    .init("cio", .alphanumeric, exactly: 32), .init("AKCp", .alphanumeric, 60...), .init("cmVmd", .alphanumeric, 55...),
  ]

  private static let passwordHashes: [TokenShape] = [
    .init("$2a$", .token, 50...), .init("$2b$", .token, 50...), .init("$2y$", .token, 50...), .init("$argon2", .token, 30...),
    .init("$apr1$", .token, 20...), .init("$1$", .token, 22...), .init("$5$", .token, 40...), .init("$6$", .token, 80...),
    .init("$y$", .token, 40...), .init("$scrypt$", .token, 40...), .init("pbkdf2:sha", .token, 40...),
    .init("pbkdf2_sha", .token, 40...), .init("{SSHA}", .token, 20...),
  ]
}
