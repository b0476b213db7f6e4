/// Nodes as a cluster of three zones has them (recordings, 08).
enum NodeSeed {
  static func node(number: Int) -> JSONValue {
    let name = "node-\(number)"
    let zone = ["a", "b", "c"][(number - 1) % 3]
    return [
      "kind": "Node", "apiVersion": "v1",
      "metadata": [
        "name": .string(name),
        "labels": [
          "kubernetes.io/arch": "amd64", "kubernetes.io/hostname": .string(name), "kubernetes.io/os": "linux",
          "node-role.kubernetes.io/worker": "", "topology.kubernetes.io/region": "sim",
          "topology.kubernetes.io/zone": .string("sim-\(zone)"),
        ],
      ],
      "spec": ["podCIDR": .string("10.244.\(number - 1).0/24"), "providerID": .string("simulator://\(name)")],
    ]
  }

  /// How many nodes of 110 pods these objects' pods need, with some room for a rollout. What they request is not looked at.
  static func count(for objects: [JSONValue]) -> Int {
    let workloads = objects.filter { $0[path: "spec", "template", "spec"] != nil }
    let pods = workloads.reduce(0) { $0 + ($1[path: "spec", "replicas"]?.integer ?? 1) }
    return pods <= 250 ? 0 : (pods * 13 + 1099) / 1100
  }

  static func status(name: String, now: Timestamp) -> JSONValue {
    func condition(_ type: String, _ status: String, _ reason: String, _ message: String) -> JSONValue {
      [
        "type": .string(type), "status": .string(status), "lastHeartbeatTime": .string(now.rfc3339),
        "lastTransitionTime": .string(now.rfc3339), "reason": .string(reason), "message": .string(message),
      ]
    }
    let resources: JSONValue = [
      "cpu": "8", "ephemeral-storage": "100Gi", "hugepages-1Gi": "0", "hugepages-2Mi": "0", "memory": "32Gi", "pods": "110",
    ]
    let number = name.split(separator: "-").last.flatMap { Int($0) } ?? 1
    return [
      "capacity": resources, "allocatable": resources,
      "conditions": [
        condition("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
        condition("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
        condition("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
        condition("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
      ],
      "addresses": [
        ["type": "InternalIP", "address": .string("10.0.0.\(number % 250 + 1)")],
        ["type": "Hostname", "address": .string(name)],
      ],
      "daemonEndpoints": ["kubeletEndpoint": ["Port": 10250]],
      "nodeInfo": [
        "machineID": "9e5ef3ecd6efb56a40b54f3e73ffc719", "systemUUID": "257f5ba7929135e85cc4c67b3eea73e8",
        "bootID": "67a04f28cd0aab4502325b65e6f4a26b", "kernelVersion": "6.1.0-sim", "osImage": "Simulated node",
        "containerRuntimeVersion": "containerd://2.1.4-sim", "kubeletVersion": "v1.36.2", "kubeProxyVersion": "",
        "operatingSystem": "linux", "architecture": "amd64",
      ],
    ]
  }
}
