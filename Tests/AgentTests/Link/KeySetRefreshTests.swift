import Testing
import Wire

@testable import AgentCore

@Suite("When to look for a newer key set")
struct KeySetRefreshTests {
  private let start = Timestamp(seconds: 1_700_000_000)

  @Test("After a signature that is not known, at most once a minute; and as the set nears its end")
  func due() {
    var refresh = KeySetRefresh()
    let never = refresh.isDue(after: .badSignature, keySetEnds: nil, at: start)
    #expect(!never)
    refresh.greeted(at: start)
    let (soon, far) = (start + .seconds(3000), start + .seconds(86_400))
    let cases: [(RefusalReason?, Timestamp, Int, Bool)] = [
      (.badSignature, far, 59, false), (.badSignature, far, 60, true), (.keySetExpired, far, 60, true),
      (.wrongAudience, far, 4000, false), (nil, far, 4000, false), (nil, soon, 599, false), (nil, soon, 600, true),
    ]
    for (reason, end, after, isDue) in cases {
      #expect(refresh.isDue(after: reason, keySetEnds: end, at: start + .seconds(after)) == isDue)
    }
  }
}
