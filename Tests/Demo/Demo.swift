import ArgumentParser
import Foundation
import Support
import UnixSignals

@main
struct Demo: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sre-demo",
    abstract: "Starts the whole product beside a simulated cluster, breaks a workload, and shows how it is fixed.")

  @Flag(help: "End after the first verified fix; fail when there is none within 120 s.")
  var once = false

  static let limit = Duration.seconds(120)

  enum Outcome: Sendable {
    case fixed
    case failed(String)
    case interrupted
  }

  func run() async throws {
    let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
    let outcome = await withTaskGroup(of: Outcome.self) { group in
      group.addTask { await show() }
      group.addTask {
        for await _ in signals { break }
        return .interrupted
      }
      if once {
        group.addTask {
          try? await Task.sleep(for: Self.limit)
          return .failed("no verified fix within \(Self.limit.components.seconds) s")
        }
      }
      let first = await group.next() ?? .interrupted
      // The stack is stopped by its own task, which ends last.
      group.cancelAll()
      return first
    }
    switch outcome {
    case .fixed: return
    case .interrupted: Screen.line("\nStopped.")
    case .failed(let reason):
      Screen.line("\nNot fixed: \(reason)")
      throw ExitCode.failure
    }
  }

  private func show() async -> Outcome {
    let setting = DemoSetting(environment: ProcessInfo.processInfo.environment)
    Screen.banner(setting)
    do {
      let began = ContinuousClock.now
      return try await Stack.run(setting.stack) { stack in
        let pods = try await stack.console.agents().reduce(0) { $0 + ($1.pods ?? 0) }
        Screen.started(stack, pods: pods, after: ContinuousClock.now - began)
        return try await show(stack)
      }
    } catch {
      return Task.isCancelled ? .interrupted : .failed("\(error)")
    }
  }

  private func show(_ stack: Stack) async throws -> Outcome {
    let broken = ContinuousClock.now
    let story = Story(stack, since: broken)
    let (outcome, last) = try await FirstFix(stack: stack, story: story, began: broken).show()
    if once { return outcome }
    if case .failed(let reason) = outcome { Screen.line("\nNot fixed: \(reason)") }
    Screen.nextSteps(stack)
    try await story.tell(after: last)
    return .failed("the control plane has ended")
  }
}
