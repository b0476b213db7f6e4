import HTTP
import Kubernetes
import Logging
import Wire

/// What a watcher learns about one kind of object.
enum ResourceChange<Entry: Sendable>: Sendable {
  /// A list: these and no others exist.
  case replaced([Entry])
  case applied(Entry)
  case removed(uid: String)
}

/// Keeps one kind of object in view: list, watch, resume, back off. Runs until its task is cancelled.
struct ResourceWatcher<Object: Resource, Entry: Sendable>: Sendable {
  let client: KubernetesClient
  /// `nil` for a kind of the whole cluster, or all namespaces.
  let namespace: String?
  let options: ListOptions
  /// Events bring no bookmarks: their watch may be silent for as long as it lasts.
  let bringsBookmarks: Bool
  let clock: any WallClock
  let logger: Logger
  let namespaceView: LiveNamespace
  /// What is kept of an object.
  let shrink: @Sendable (Object) -> Entry
  let receive: @Sendable (ResourceChange<Entry>) async -> Void

  private var name: String { Object.type.plural }

  func run() async {
    var plan = WatchPlan()
    var generator = SystemRandomNumberGenerator()
    var step = WatchPlan.Step(action: .list, delay: .zero)
    while !Task.isCancelled {
      do {
        if step.delay > .zero { try await clock.sleep(until: clock.now + step.delay, tolerance: nil) }
        step = try await carryOut(step.action, &plan, &generator)
      } catch let error as KubernetesError {
        step = plan.failed(error, using: &generator)
        await namespaceView.watchFailed(name, error, at: clock.now)
        let level: Logger.Level = if case .expired = error { .info } else { .warning }
        logger.log(
          level: level, "watch interrupted",
          metadata: ["resource": "\(name)", "error": "\(error)", "retry": "\(step.delay)"])
      } catch {
        return  // Cancelled while it slept.
      }
    }
  }

  private func carryOut(
    _ action: WatchPlan.Action, _ plan: inout WatchPlan, _ generator: inout SystemRandomNumberGenerator
  ) async throws(KubernetesError) -> WatchPlan.Step {
    switch action {
    case .list:
      let list = try await client.list(Object.self, namespace: namespace, options: options, keeping: shrink)
      await receive(.replaced(list.items))
      await namespaceView.watchHeard(name, at: clock.now)
      // A list leaves several times its size behind on the heap.
      HeapTuning.trim()
      return plan.listed(resourceVersion: list.resourceVersion)
    case .watch(let resourceVersion):
      // Different lengths, so that the watches of many agents do not all resume at once. Without bookmarks only the end shows
      // that a connection is half closed, so it comes sooner.
      let length = bringsBookmarks ? 240...360 : 120...180
      let timeout = Duration.seconds(Int.random(in: length, using: &generator))
      let idle: Duration = bringsBookmarks ? .seconds(150) : timeout + .seconds(30)
      let began = clock.now
      let stream = try await client.watch(
        Object.self, namespace: namespace, from: resourceVersion,
        options: WatchOptions(timeout: timeout, idleDeadline: idle))
      await namespaceView.watchHeard(name, at: clock.now)
      for try await event in stream {
        plan.saw(resourceVersion: event.resourceVersion)
        await namespaceView.watchHeard(name, at: clock.now)
        switch event {
        case .added(let object), .modified(let object): await receive(.applied(shrink(object)))
        case .deleted(let object): await receive(.removed(uid: object.metadata.uid))
        case .bookmark: break
        }
      }
      return plan.ended(afterItsTime: began.duration(to: clock.now) > .seconds(60), using: &generator)
    }
  }
}
