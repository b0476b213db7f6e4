import Logging
import NIOCore
import Pipeline
public import Wire

/// A command that was refused by the signer before it was ever sent.
public struct RefusedCommand: Sendable, Hashable {
  public let namespace: String
  public let result: CommandResult
}

extension CommandDispatch {
  /// The lines of one answer: a newer key set first, then commands.
  func lines(_ open: [OpenCommand], for namespace: String, boot: String) async throws -> ByteBuffer {
    var body = keySetNews(for: namespace) ?? ByteBuffer()
    let commands = open.map {
      $0.draft.command(cluster: cluster, clusterAgentHome: clusterAgentHome, boot: boot, epoch: epoch, sequence: $0.sequence)
    }
    let acts = commands.filter { $0.kind == .act }
    let leaves = acts.isEmpty ? [] : try await store.authorise(acts, at: clock.now)
    let leave = Dictionary(leaves.map { ($0.command.id, $0) }, uniquingKeysWith: { first, _ in first })
    for command in commands where command.kind != .act || leave[command.id] != nil {
      do {
        body.writeBytes(try await signer.sign(command, under: leave[command.id]?.warrant))
        body.writeInteger(UInt8(ascii: "\n"))
      } catch .refused(let reason) {
        logger.error("not signed", metadata: ["command": "\(command.id)", "reason": "\(reason)"])
        // What may have been sent before is the agent's to conclude, or its time's.
        if leave[command.id]?.isFirst != false { conclude(command, .refused(reason)) }
      } catch {
        // Those behind it have to wait too: an agent takes rising numbers only.
        guard body.readableBytes > 0 else { throw error }
        logger.error("not signed", metadata: ["command": "\(command.id)", "reason": "\(error)"])
        return body
      }
    }
    return body
  }

  /// The key set as a line of its own, for an agent that was told an earlier one. Told once: should the answer get lost, the agent says hello
  /// again as soon as it meets a key that it does not know.
  func keySetNews(for namespace: String) -> ByteBuffer? {
    guard let keySet, hasKeySetNews(for: namespace) else { return nil }
    agents.noteKeySet(keySet.version, toldTo: namespace)
    return ByteBuffer(string: keySet.text + "\n")
  }

  func hasKeySetNews(for namespace: String) -> Bool {
    guard let keySet, let told = agents.session(of: namespace)?.keySet else { return false }
    return told < keySet.version
  }
}
