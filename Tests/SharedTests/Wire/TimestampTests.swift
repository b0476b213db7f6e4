import Foundation
import Testing
import Wire

@Suite("Timestamps")
struct TimestampTests {
  @Test(
    "Known times are read",
    arguments: [
      ("1970-01-01T00:00:00Z", 0), ("1969-12-31T23:59:59.999Z", -1), ("2026-11-22T10:00:00Z", 1_795_341_600_000),
      ("2026-11-22T10:00:00.5Z", 1_795_341_600_500), ("2026-11-22T10:00:00.123456789Z", 1_795_341_600_123),
      ("2026-11-22T11:00:00+01:00", 1_795_341_600_000), ("2026-11-22T04:30:00-05:30", 1_795_341_600_000),
      ("2026-11-22T10:00:00-00:00", 1_795_341_600_000),
      ("2026-11-22t10:00:00z", 1_795_341_600_000), ("2026-11-22 10:00:00Z", 1_795_341_600_000),
      ("2000-02-29T00:00:00Z", 951_782_400_000),
      ("2024-02-29T23:59:59Z", 1_709_251_199_000), ("1900-03-01T00:00:00Z", -2_203_891_200_000),
      ("0001-01-01T00:00:00Z", -62_135_596_800_000),
      ("9999-12-31T23:59:59.999Z", 253_402_300_799_999), ("2016-12-31T23:59:60Z", 1_483_228_799_000),
    ] as [(String, Int64)])
  func knownTimes(_ text: String, _ milliseconds: Int64) {
    #expect(Timestamp(rfc3339: text)?.milliseconds == milliseconds)
  }

  @Test(
    "What is no time of RFC 3339 is refused",
    arguments: [
      "", "now", "2026-11-22", "2026-11-22T10:00Z", "2026-11-22T10:00:00", "2026-11-22T10:00:00.Z", "2026-11-22T10:00:00+0100",
      "2026-11-22T10:00:00+1:00",
      "2026-11-22T10:00:00+24:00", "2026-11-22T10:00:00+01:60", "2026-11-22T24:00:00Z", "2026-11-22T10:60:00Z",
      "2026-11-22T10:00:61Z", "2026-02-29T00:00:00Z",
      "1900-02-29T00:00:00Z", "2026-04-31T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z",
      "0000-01-01T00:00:00Z",
      "26-11-22T10:00:00Z", "+2026-11-22T10:00:00Z", "2026-11-22T10:00:00ZZ", " 2026-11-22T10:00:00Z", "2026-11-22T10:00:00Z ",
      "2026/11/22T10:00:00Z",
      "2026-11-22T10:00:00,5Z", "２０２６-11-22T10:00:00Z", "2026-11-22T10:00:00." + String(repeating: "1", count: 100) + "Z",
    ])
  func otherTexts(_ text: String) {
    #expect(Timestamp(rfc3339: text) == nil)
  }

  @Test("A time is written in UTC with three digits of fraction, and reads back as the same")
  func writing() {
    #expect(Timestamp(milliseconds: 1_795_341_600_007).rfc3339 == "2026-11-22T10:00:00.007Z")
    #expect(Timestamp(milliseconds: -1).rfc3339 == "1969-12-31T23:59:59.999Z")
    #expect(Timestamp(seconds: -62_135_596_800).rfc3339 == "0001-01-01T00:00:00.000Z")
    let formatter = ISO8601DateFormatter()
    for day in stride(from: -30_000 as Int64, to: 80_000, by: 17) {
      let time = Timestamp(
        milliseconds: day * 86_400_000 + day.magnitude.description.utf8.reduce(0) { $0 &* 7919 &+ Int64($1) } % 86_400 * 1000)
      #expect(Timestamp(rfc3339: time.rfc3339) == time)
      let other = formatter.string(from: Date(timeIntervalSince1970: Double(time.milliseconds) / 1000))
      #expect(time.rfc3339.replacing(".000Z", with: "Z") == other)
    }
  }

  @Test("Times and durations add up")
  func arithmetic() {
    let time = Timestamp(seconds: 100)
    #expect((time + .milliseconds(1500)).milliseconds == 101_500)
    #expect((time - .seconds(1)).milliseconds == 99_000)
    #expect(time.duration(to: time + .seconds(2)) == .seconds(2))
    #expect(time < time + .milliseconds(1))
  }

  @Test("In JSON a time is its text")
  func coding() throws {
    let data = try JSONEncoder().encode([Timestamp(seconds: 0)])
    #expect(String(decoding: data, as: UTF8.self) == #"["1970-01-01T00:00:00.000Z"]"#)
    #expect(try JSONDecoder().decode([Timestamp].self, from: data) == [Timestamp(seconds: 0)])
    #expect(throws: DecodingError.self) { try JSONDecoder().decode([Timestamp].self, from: Data(#"["yesterday"]"#.utf8)) }
  }
}
