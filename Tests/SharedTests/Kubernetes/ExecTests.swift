import Testing

@testable import Kubernetes

@Suite("The channels of a command in a container")
struct ExecTests {
  private func channels(_ messages: [[UInt8]], limit: Int = 10) -> (ExecChannels, [Bool]) {
    var channels = ExecChannels(limit: limit)
    let answers = messages.map { channels.receive($0) }
    return (channels, answers)
  }

  private func status(_ text: String) -> [UInt8] { [3] + Array(text.utf8) }

  @Test("Both streams come in their order, and Success is exit code 0")
  func success() {
    let (channels, answers) = channels([
      [1], [], Array("\u{1}ab".utf8), Array("\u{2}c".utf8), [255, 1], [9, 9], status(#"{"status":"Success"}"#),
    ])
    #expect(answers == [true, true, true, true, true, true, false])
    #expect(channels.result == ExecResult(output: Array("abc".utf8), isCut: false, exitCode: 0, message: nil))
  }

  @Test("The exit code is in the causes; another failure has none")
  func failure() {
    let failed =
      #"{"status":"Failure","message":"command terminated with exit code 3","reason":"NonZeroExitCode","#
      + #""details":{"causes":[{"reason":"ExitCode","message":"3"}]}}"#
    #expect(channels([status(failed)]).0.result.exitCode == 3)
    let broken = channels([status(#"{"status":"Failure","message":"no such container"}"#)]).0.result
    #expect(broken.exitCode == nil && broken.message == "no such container")
    #expect(channels([status("nonsense")]).0.result.exitCode == nil)
    #expect(channels([]).0.result.exitCode == nil)
  }

  @Test("Output is cut at the limit, and the end is still heard")
  func bounded() {
    let (channels, _) = channels([
      Array("\u{1}12345678".utf8), Array("\u{1}90abc".utf8), Array("\u{1}x".utf8), status(#"{"status":"Success"}"#),
    ])
    #expect(channels.result == ExecResult(output: Array("1234567890".utf8), isCut: true, exitCode: 0, message: nil))
  }
}
