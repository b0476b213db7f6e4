import Testing
import Wire

@testable import AgentCore

@Suite("Nodes and namespaces of the cluster")
struct ClusterCacheTests {
  private func placed(
    _ uid: String, node: String? = "n1", namespace: String = "shop", ready: Bool = true, isOver: Bool = false
  ) -> CachedPlacement {
    CachedPlacement(uid: uid, namespace: namespace, node: node, ready: ready, isOver: isOver)
  }

  private func cache() -> ClusterCache {
    var cache = ClusterCache()
    _ = cache.replace(nodes: [CachedNode(uid: "u-n1", name: "n1", ready: "True", unschedulable: false)])
    _ = cache.replace(namespaces: [CachedNamespace(uid: "u-shop", name: "shop", phase: "Active")])
    return cache
  }

  @Test("Pods are counted by node and namespace, and each change touches both")
  func counts() {
    var cache = cache()
    #expect(cache.apply(placed("a")).touched == ["u-n1", "u-shop"])
    #expect(cache.apply(placed("b", ready: false)).touched == ["u-n1", "u-shop"])
    #expect(cache.apply(placed("b", ready: false)).isEmpty)
    #expect(cache.summary(ofNode: "u-n1")?.pods == 2)
    #expect(cache.summary(ofNamespace: "u-shop")?.notReadyPods == 1)
    _ = cache.apply(placed("b", ready: true))
    #expect(cache.summary(ofNamespace: "u-shop")?.notReadyPods == 0)
    _ = cache.apply(placed("b", isOver: true))
    #expect(cache.summary(ofNamespace: "u-shop")?.pods == 1)
    _ = cache.removePod("a")
    #expect(cache.summary(ofNode: "u-n1")?.pods == 0)
  }

  @Test("A list replaces what was known, and counts of what is not listed are kept for when it is")
  func lists() {
    var cache = cache()
    _ = cache.replace(pods: [placed("a"), placed("x", namespace: "late")])
    #expect(cache.replace(pods: [placed("x", namespace: "late")]).touched == ["u-n1", "u-shop"])
    #expect(cache.summary(ofNamespace: "u-shop")?.pods == 0)
    _ = cache.apply(CachedNamespace(uid: "u-late", name: "late", phase: "Active"))
    #expect(cache.summary(ofNamespace: "u-late")?.pods == 1)
    #expect(cache.replace(nodes: []).removed == ["u-n1"])
    #expect(cache.summary(ofNode: "u-n1") == nil)
  }
}
