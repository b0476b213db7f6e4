/// Which exchanges over HTTP/1.1 may start now, so that no host gets more than its connections and no host waits for
/// another.
///
/// libcurl has such a queue of its own, but 7.88 looks at little more than its first entry when a connection gets free:
/// requests to one host can wait behind those to another that does not answer. It is left for the one case that only
/// libcurl can decide, TLS hosts whose protocol version is not known yet.
struct ConnectionSlots {
  private struct Host {
    var running = 0
    var waiting: [Exchange.ID] = []
  }

  private let limit: Int
  private var hosts: [Origin: Host] = [:]
  /// TLS hosts that answered over HTTP/1.1.
  private var serialHosts: Set<Origin> = []
  /// A bound for `serialHosts`; forgetting costs one round of libcurl's own queue.
  private static let rememberedHosts = 256

  init(limit: Int) { self.limit = max(1, limit) }

  /// Asks for a slot.
  ///
  /// - Returns: whether the exchange may start; otherwise it waits, and `leave` names it when its turn comes.
  mutating func enter(_ id: Exchange.ID, _ origin: Origin) -> Bool {
    let isFull = isSerial(origin) && hosts[origin, default: Host()].running >= limit
    if isFull {
      hosts[origin, default: Host()].waiting.append(id)
    } else {
      hosts[origin, default: Host()].running += 1
    }
    return !isFull
  }

  /// Gives a slot back.
  ///
  /// - Returns: the exchange that takes it, to be started.
  mutating func leave(_ origin: Origin) -> Exchange.ID? {
    guard var host = hosts[origin] else { return nil }
    host.running -= 1
    var next: Exchange.ID?
    if host.running < limit || !isSerial(origin), !host.waiting.isEmpty {
      next = host.waiting.removeFirst()
      host.running += 1
    }
    hosts[origin] = host.running == 0 && host.waiting.isEmpty ? nil : host
    return next
  }

  /// Takes a waiting exchange out of the queue.
  mutating func withdraw(_ id: Exchange.ID, _ origin: Origin) { hosts[origin]?.waiting.removeAll { $0 == id } }

  /// Notes over which version a TLS host answered.
  ///
  /// - Returns: the exchanges that need not wait any more, to be started.
  mutating func learn(_ origin: Origin, isMultiplexed: Bool) -> [Exchange.ID] {
    guard origin.scheme == "https" else { return [] }
    if !isMultiplexed {
      if serialHosts.count >= Self.rememberedHosts { serialHosts.removeAll() }
      serialHosts.insert(origin)
      return []
    }
    guard serialHosts.remove(origin) != nil, var host = hosts[origin] else { return [] }
    let released = host.waiting
    host.waiting = []
    host.running += released.count
    hosts[origin] = host
    return released
  }

  private func isSerial(_ origin: Origin) -> Bool { origin.scheme == "http" || serialHosts.contains(origin) }
}
