/// Visits every moment that can be reached, breadth first, so that the first violation has a shortest story.
struct ProtocolExplorer {
  struct Finding {
    let states: Int
    let moves: Int
    let violation: (what: String, story: [String])?
    /// States from which nothing more can happen although somebody still waits.
    let stuck: Int
  }

  private struct Visit {
    let world: ProtocolWorld
    let parent: Int
    let move: String
  }

  static func explore(_ setting: ProtocolWorld.Setting, limit: Int = 150_000) -> Finding {
    let start = ProtocolWorld(setting)
    var visits = [Visit(world: start, parent: -1, move: "")]
    var seen: Set<ProtocolWorld.Key> = [start.key]
    var (next, moves, stuck) = (0, 0, 0)
    while next < visits.count, visits.count < limit {
      let world = visits[next].world
      if let objection = world.objection {
        return Finding(states: seen.count, moves: moves, violation: (objection, story(visits, to: next)), stuck: stuck)
      }
      var goesOn = false
      for (name, successor) in world.moves {
        moves += 1
        goesOn = true
        if seen.insert(successor.key).inserted { visits.append(Visit(world: successor, parent: next, move: name)) }
      }
      if !goesOn, !world.isEnded { stuck += 1 }
      next += 1
    }
    return Finding(states: seen.count, moves: moves, violation: nil, stuck: next < visits.count ? -1 : stuck)
  }

  private static func story(_ visits: [Visit], to end: Int) -> [String] {
    var (story, here): ([String], Int) = ([], end)
    while here > 0 {
      story.insert(visits[here].move, at: 0)
      here = visits[here].parent
    }
    return story
  }
}
