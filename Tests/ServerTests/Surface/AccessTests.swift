import HTTP
import Testing

@Suite("Who may ask what")
struct AccessTests {
  @Test(
    "everything but health and the console's files needs a token",
    arguments: [
      "/incidents", "/incidents/1", "/pending", "/events", "/agents", "/config", "/audit", "/metrics",
    ])
  func needsToken(path: String) async throws {
    try await TestControlPlane.run { plane in
      for token in [nil, "wrong", TestControlPlane.webhookToken] {
        let answer = try await plane.call(.get, path, token: token)
        #expect(answer.status == 401)
        #expect(answer.headers["www-authenticate"] == "Bearer")
      }
    }
  }

  @Test("health and the page need none; the page comes with a strict content security policy")
  func open() async throws {
    try await TestControlPlane.run { plane in
      let health = try await plane.call(.get, "/health", token: nil)
      #expect(health.status == 200)
      #expect(health.text.contains("\"status\":\"healthy\"") && health.text.contains("\"auto_action\":true"))
      let page = try await plane.call(.get, "/", token: nil)
      #expect(page.status == 200)
      #expect(page.headers["content-security-policy"]?.contains("script-src 'self'") == true)
    }
  }

  @Test("a metrics token reads metrics and nothing else")
  func metrics() async throws {
    try await TestControlPlane.run { plane in
      let metrics = try await plane.call(.get, "/metrics", token: TestControlPlane.metricsToken)
      #expect(metrics.text.contains("ai_sre_incidents{state=\"received\"} 0"))
      #expect(try await plane.call(.get, "/incidents", token: TestControlPlane.metricsToken).status == 401)
    }
  }

  @Test("a browser signs in with the token, acts from its own origin only, and signs out")
  func browser() async throws {
    try await TestControlPlane.run { plane in
      let refused = try await plane.call(.post, "/session", token: nil, json: #"{"token":"wrong"}"#)
      #expect(refused.status == 401)
      let signedIn = try await plane.call(.post, "/session", token: nil, json: "{\"token\":\"\(TestControlPlane.consoleToken)\"}")
      #expect(signedIn.status == 204)
      let setCookie = try #require(signedIn.headers["set-cookie"])
      #expect(setCookie.contains("HttpOnly") && setCookie.contains("SameSite=Strict"))
      let cookie = (name: "cookie", value: String(setCookie.prefix { $0 != ";" }))

      #expect(try await plane.call(.get, "/incidents", token: nil, headers: [cookie]).status == 200)
      let foreign = try await plane.call(
        .post, "/trigger-test", token: nil, headers: [cookie, ("origin", "http://evil.example")])
      #expect(foreign.status == 403)
      let own = try await plane.call(.post, "/trigger-test", token: nil, headers: [cookie, ("origin", plane.console)])
      #expect(own.status == 202)

      #expect(
        try await plane.call(.delete, "/session", token: nil, headers: [cookie, ("origin", "http://evil.example")]).status == 403)
      #expect(try await plane.call(.delete, "/session", token: nil, headers: [cookie, ("origin", plane.console)]).status == 204)
      #expect(try await plane.call(.get, "/incidents", token: nil, headers: [cookie]).status == 401)
    }
  }

  @Test(
    "bad questions are told what was expected",
    arguments: [
      ("/incidents?state=angry", 400, "state must be one of received"),
      ("/incidents?limit=0", 400, "limit must be from 1 to 200"),
      ("/incidents/abc", 400, "an incident's id is a number"), ("/incidents/99", 404, "there is no incident 99"),
    ])
  func badQuestions(path: String, status: Int, reason: String) async throws {
    try await TestControlPlane.run { plane in
      let answer = try await plane.call(.get, path)
      #expect(answer.status == status)
      #expect(answer.text.contains(reason))
    }
  }
}
