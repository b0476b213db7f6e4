/// Gives each exchange that wants a connection of its own a number that no other such exchange has at the same time.
///
/// libcurl keeps connections in bundles by IPv6 scope, port and host; one bundle has one limit of connections and one
/// memory of whether the server multiplexes. An exchange that sets its lane as `CURLOPT_ADDRESS_SCOPE` gets a bundle to
/// itself: it never waits for another exchange, does not use up the pool's connections, and an answer over HTTP/1.1 does
/// not make libcurl forget that the pool's connections multiplex. The kernel ignores the scope of all but link-local
/// addresses; for those the lanes are not used. Numbers are handed out from the lowest, so that the next exchange
/// finds the idle connection of the one before.
struct ConnectionLanes {
  private var isTaken: [Bool] = []

  mutating func take() -> Int {
    if let index = isTaken.firstIndex(of: false) {
      isTaken[index] = true
      return index + 1
    }
    isTaken.append(true)
    return isTaken.count
  }

  mutating func giveBack(_ lane: Int) { isTaken[lane - 1] = false }
}
