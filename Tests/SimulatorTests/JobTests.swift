import Testing

@testable import Simulator

@Suite("Jobs and CronJobs")
struct JobTests {
  private func status(_ cluster: SimulatedCluster, _ name: String) async -> JSONValue {
    await cluster.get("jobs", group: "batch", name)["status"] ?? .null
  }

  private func types(_ status: JSONValue) -> [String] {
    (status["conditions"]?.array ?? []).map { "\($0["type"]?.string ?? "") \($0["reason"]?.string ?? "")" }
  }

  @Test("A Job that succeeds is complete in the recorded words")
  func complete() async throws {
    let cluster = try Workloads.cluster([Workloads.job("once")])
    await cluster.advance(by: 10)
    let status = await status(cluster, "once")
    #expect(types(status) == ["SuccessCriteriaMet CompletionsReached", "Complete CompletionsReached"])
    #expect(status["conditions"]?[1]?["message"] == "Reached expected number of succeeded pods")
    #expect(status["succeeded"] == 1)
    #expect(status["terminating"] == 0)
    #expect(status["ready"] == 0)
    #expect(status["uncountedTerminatedPods"] == [:])
    #expect(status["active"] == nil)
    #expect(await cluster.told("once").contains("Completed: Job completed"))
    let job = await cluster.get("jobs", group: "batch", "once")
    #expect(job[path: "spec", "selector", "matchLabels", "batch.kubernetes.io/controller-uid"]?.string == job.uid)
    #expect(await cluster.pods("once").first?[path: "metadata", "finalizers"] == nil)
  }

  @Test("A Job out of retries fails in the recorded words, its pods stay Failed without restarts")
  func failed() async throws {
    let cluster = try Workloads.cluster([
      Workloads.job("fails", annotations: ["fault.sim/mode": "crashloop"], extra: ["backoffLimit": 1])
    ])
    await cluster.advance(by: 30)
    let status = await status(cluster, "fails")
    #expect(types(status) == ["FailureTarget BackoffLimitExceeded", "Failed BackoffLimitExceeded"])
    #expect(status["conditions"]?[1]?["message"] == "Job has reached the specified backoff limit")
    #expect(status["failed"] == 2)
    let pods = await cluster.pods("fails")
    #expect(pods.count == 2)
    #expect(pods.allSatisfy { $0[path: "status", "phase"] == "Failed" })
    let times = pods.map(\.creation).sorted()
    #expect(times[1] - times[0] >= 10)
    #expect(await cluster.told("fails").contains("BackoffLimitExceeded: Job has reached the specified backoff limit"))
  }

  @Test("Completions are run as parallel as allowed")
  func parallel() async throws {
    let cluster = try Workloads.cluster([Workloads.job("many", extra: ["completions": 5, "parallelism": 2])])
    await cluster.advance(by: 1)
    #expect(await status(cluster, "many")["active"] == 2)
    await cluster.advance(by: 40)
    #expect(await status(cluster, "many")["succeeded"] == 5)
    #expect(await cluster.pods("many").count == 5)
  }

  @Test("A deadline ends a Job; a time to live removes it with its pods")
  func deadline() async throws {
    let cluster = try Workloads.cluster([
      Workloads.job(
        "late", annotations: ["fault.sim/run-seconds": "500"],
        extra: ["activeDeadlineSeconds": 20, "ttlSecondsAfterFinished": 30])
    ])
    await cluster.advance(by: 25)
    let status = await status(cluster, "late")
    #expect(types(status) == ["FailureTarget DeadlineExceeded", "Failed DeadlineExceeded"])
    #expect(status["conditions"]?[1]?["message"] == "Job was active longer than specified deadline")
    await cluster.advance(by: 40)
    #expect(await cluster.objects("jobs", group: "batch").isEmpty)
    #expect(await cluster.objects("pods", namespace: "shop").isEmpty)
  }

  @Test("With OnFailure the container restarts in its pod until the limit")
  func onFailure() async throws {
    let cluster = try Workloads.cluster([
      Workloads.job(
        "again", restartPolicy: "OnFailure", annotations: ["fault.sim/mode": "crashloop"], extra: ["backoffLimit": 2])
    ])
    await cluster.advance(by: 90)
    #expect(types(await status(cluster, "again")).last == "Failed BackoffLimitExceeded")
  }

  @Test(
    "A schedule is read as cron reads it",
    arguments: [
      ("*/5 * * * *", "2026-11-22T10:02:00Z", "2026-11-22T10:05:00Z"),
      ("0 3 * * *", "2026-11-22T10:02:00Z", "2026-11-23T03:00:00Z"),
      ("30 4 1,15 * 5", "2026-11-22T10:02:00Z", "2026-11-27T04:30:00Z"),
      ("@monthly", "2026-11-22T10:02:00Z", "2026-12-01T00:00:00Z"),
      ("0 12 * jan mon-fri", "2026-11-22T10:02:00Z", "2027-01-01T12:00:00Z"),
      ("0 0 29 2 *", "2026-11-22T10:02:00Z", "2028-02-29T00:00:00Z"),
      ("10-20/5 8 * * 7", "2026-11-22T08:12:00Z", "2026-11-22T08:15:00Z"),
    ])
  func schedules(text: String, after: String, next: String) throws {
    let schedule = try #require(CronSchedule(text))
    #expect(schedule.next(after: try #require(Timestamp(rfc3339: after)))?.rfc3339 == next)
  }

  @Test(
    "What is no schedule is refused",
    arguments: ["", "* * * *", "60 * * * *", "* * 0 * *", "a * * * *", "*/0 * * * *", "5-1 * * * *"])
  func noSchedules(text: String) { #expect(CronSchedule(text) == nil) }

  private static func cron(_ extra: JSONValue = [:], annotations: [String: String] = [:]) -> JSONValue {
    var spec: JSONValue = [
      "schedule": "*/10 * * * *",
      "jobTemplate": ["spec": Workloads.job("tick", annotations: annotations)["spec"] ?? [:]],
    ]
    for (key, value) in extra.object ?? JSONObject() { spec[key] = value }
    return Workloads.object("CronJob", "batch/v1", "tick", ["spec": spec])
  }

  @Test("A CronJob makes a Job at its time, keeps three of them and tells when it last succeeded")
  func cron() async throws {
    let cluster = try Workloads.cluster([Self.cron()], age: 30 * 86_400)
    let cron = await cluster.get("cronjobs", group: "batch", "tick")
    let jobs = await cluster.objects("jobs", group: "batch")
    #expect(jobs.count == 3)
    let last = try #require(cron[path: "status", "lastScheduleTime"]?.string.flatMap(Timestamp.init(rfc3339:)))
    #expect(last.seconds % 600 == 0)
    #expect(SimulatedShop.start - last < 600)
    #expect(cron[path: "status", "lastSuccessfulTime"] != nil)
    #expect(jobs.last?.name == "tick-\(last.seconds / 60)")
    #expect(jobs.last?.annotations["batch.kubernetes.io/cronjob-scheduled-timestamp"] == .some(last.rfc3339))
  }

  @Test("Forbid waits for the run before; suspend makes nothing")
  func forbid() async throws {
    let busy = Self.cron(["concurrencyPolicy": "Forbid"], annotations: ["fault.sim/run-seconds": "100000"])
    let cluster = try Workloads.cluster([busy])
    await cluster.advance(by: 1300)
    #expect(await cluster.objects("jobs", group: "batch").count == 1)
    #expect(
      await cluster.told("tick").contains(
        "JobAlreadyActive: Not starting job because prior execution is running and concurrency policy is Forbid"))
    let idle = try Workloads.cluster([Self.cron(["suspend": true])])
    await idle.advance(by: 1300)
    #expect(await idle.objects("jobs", group: "batch").isEmpty)
  }
}
