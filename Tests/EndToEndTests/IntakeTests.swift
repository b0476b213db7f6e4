import Support
import Testing

extension EndToEnd {
  @Suite("The webhook")
  struct Intake {
    @Test("It refuses strangers and nonsense, says why, and takes the same alert once")
    func intake() async throws {
      try await Stack.run(quick(["REQUIRE_APPROVAL_FOR": "restart_deployment"])) { stack in
        let pods = try await stack.breakDown(.checkout)
        let token = ConsoleClient.Token.other(try stack.controlPlane.webhookToken())

        #expect(try await stack.alert(.checkout, pods: pods, token: ConsoleClient.Token.none).status == 401)
        #expect(try await stack.alert(.checkout, pods: pods, token: .other("not-the-token")).status == 401)
        #expect(try await stack.console.get("/incidents", token: token).status == 401, "a webhook's token opens nothing else")
        #expect(try await stack.console.get("/incidents", token: ConsoleClient.Token.none).status == 401)
        #expect(try await stack.console.get("/health", token: ConsoleClient.Token.none).status == 200)

        let nonsense = try await stack.console.post("/webhook", Array(#"{"hello":"world"}"#.utf8), token: token)
        #expect(nonsense.status == 400)
        #expect(nonsense.text.contains("error"))
        #expect(try await stack.console.post("/webhook", Array("alert!".utf8), token: token).status == 400)
        let huge = [UInt8](repeating: 0x20, count: 33 << 20)
        #expect(try await stack.console.post("/webhook", huge, token: token).status == 413)
        #expect(try await stack.console.incidents().isEmpty)

        for _ in 0..<3 { #expect(try await stack.alert(.checkout, pods: pods).status == 200) }
        _ = try await stack.onlyProposal()
        for _ in 0..<3 { #expect(try await stack.alert(.checkout, pods: pods).status == 200) }
        #expect(try await stack.console.incidents().count == 1)
        #expect(try await stack.console.pending().count == 1)
      }
    }
  }
}
