import Foundation
import GRDB

@testable import Store

/// A database as the first released schema was written: the demo's incident while its fix was being verified, copied out of the file. Its
/// evidence is of a protocol that knew less.
enum FirstSchema {
  /// Makes the file, with the one incident, its commands, and an intent.
  static func write(to path: String) throws {
    let queue = try DatabaseQueue(path: path)
    try queue.write { db in try db.execute(sql: "PRAGMA application_id = \(DatabaseFile.applicationID)") }
    try Migrations.run(on: queue, upTo: 1)
    try queue.write { db in
      try db.execute(
        sql: """
          INSERT INTO incidents (id, timestamp, alert_name, severity, namespace, pod, description, state, mode, live, workload_kind,
            workload_name, updated_at, nonce, document)
          VALUES (1, '2026-11-25T02:23:55.309Z', 'PodCrashLoopBackOff', 'critical', 'shop', 'checkout-7845648749-gfvvn', '', 'verifying',
            'normal', 1, 'Deployment', 'checkout', 1795573445310, 'a6be6f9f', ?)
          """, arguments: [document])
      for (kind, draft) in [("gather", gather), ("observe", observe)] {
        try db.execute(
          sql: """
            INSERT INTO commands (id, incident, namespace, kind, not_after, state, draft)
            VALUES (?, 1, 'shop', ?, 1795573745430, 'open', ?)
            """, arguments: ["1-a6be6f9f-" + (kind == "gather" ? "1-" : "3-") + kind, kind, Data(draft.utf8)])
      }
      try db.execute(
        sql:
          "INSERT INTO alerts (fingerprint, starts_at, mode, incident, status) VALUES ('f1', 1795573435000, 'normal', 1, 'firing')"
      )
      try db.execute(
        sql: "INSERT INTO acts VALUES (1, 1, 'shop', 'Deployment', 'checkout', 'restart_deployment', 1795573435398, NULL, NULL)")
    }
    try queue.close()
  }

  /// Plain JSON, as that version wrote it; packed here to be short.
  static var document: Data? { Data(base64Encoded: packed).flatMap(PackedJSON.unpack) }

  private static let gather = """
    {"approvers":[],"id":"1-a6be6f9f-1-gather","incident":"1","namespace":"shop","notAfter":"2026-11-25T02:24:55.309Z","no\
    tBefore":"2026-11-25T02:23:55.309Z","task":{"gather":{"_0":{"logLines":50,"pods":["checkout-7845648749-gfvvn"],"worklo\
    adKind":"Deployment","workloadName":"checkout"}}}}
    """

  private static let observe = """
    {"approvers":[],"id":"1-a6be6f9f-3-observe","incident":"1","namespace":"shop","notAfter":"2026-11-25T02:29:05.430Z","n\
    otBefore":"2026-11-25T02:23:55.430Z","task":{"observe":{"_0":{"deadline":"2026-11-25T02:29:05.430Z","stabilitySeconds"\
    :10,"target":{"apiVersion":"apps/v1","kind":"Deployment","name":"checkout","namespace":"shop","uid":"8b6bbb0d-9453-427\
    f-a4d2-fac5e33b4804"}}}}}
    """

  private static let packed = """
    AQAAMdx42u1abW/bOBL+K4Q+HFrAcvRqSz4Uhzbt7hXotUWauwX6goAiKZuNLOpE2akvyP72m6FeLMeJ7QS7ba6XfqgViRrOPDPzDEnNpUVZdazmc5pza2K5\
    Nh0lYpTGqe3Z8MQaWDQTZfWWzgU8fq/4cUn17I1SxQvKzt+laTviRGiVLQV/XsE4z/FGtuvaXnjqeBMvmDjh0HedjzCY1XMdq0UOI/2BxQWTWqrcmlxabKYk\
    E3iFc8PPmdP8YQZYpdAVLaszLopMreYiRwXFt0KwSvBXaSrwLcsnubggheKaJALmE6QUlK8ITEvg/RXRagjvFbQEqypRapjjCv4uYXDOJc6Ft6xKzIuMVuKl\
    nMK8iI5DHXdMo7Hrj4KQOUESUo86vkgcx415kjDKfM4iFkbM9XjsRT5PR6NkTKmbpklowSyg/1QY22gh/wWT15bRotBHSxfUOpfGEy/7JuY1/Gwm2LlatHd0\
    QREsS89UAbcWEt+LklGSJA634yD07cAbpzYNuGenlIXC95MgcgLrCv6hK/JUcpGjEGcYmxsabpQCBH169Mb39UZJ0VTIJXjtdUW4FBwBowstiMyXMLUqV4Bd\
    Cjc4AWxyYRyh/9p7LHWL7pTKfGBArmaihl/LCoaSBBLXVmmKqGumytr7V4O+w4VmFMFGX1zT7Y2gS9CoIpUilBSAmco3RLmboi6orG4So9R5rSXBicq+iKsv\
    NS1wwV+sUEa5yBMYrxs5KThF5lNtohSgrPDKAhttdBn+es2vb4EoiDIIHvTdxHqXEr9GQ6Wk9eAA7oEelDAkN5IBuw3IhaxmZFGgmSFpQl0PLTSumzJTUzOl\
    FuUSzIXra9N9J0ciYJgwArLZaAZ/w+vgGYDpO6qBbtOslEXDEMcqr+A9URLMiqMWb3scBeEoiMZBbE/T5TInT9pHT3FKEIpRA7oTAyZ5UhszIZ+t6/Xns/WU\
    0BQCaMNLwEPLltrW/rq0EsVNQF2o8jxTlJvMX1KZ0QSj0gEOhKmqa2XMcU0Z8ydBMHQcU8bATml4EirYVICFtDbZHVgZ1dUrLmtW2SMGSiGdihIGnS/AOVVm\
    s0wC9jbysA00lK0QVZVghAn+6+ZMBToTdEhppgVGgJoCBLr2+Wm5EOStuDgB6pKMfhDV885QEx2IhINXy6b+uhi7IF5M4Yl1orIMJP2z4MgDD4UqB39CHQAN\
    jJHoTaQXo04bIXV+q0VpNP711SlZlzvdRbShhTa41ohuBdeM5qB1naAHRhpblKUhkwocuhl4ck6NtMs1wFiVpxLcuBqKbxSQEkOouUcb6Tdxh24w9BDMa/7p\
    JeZtMdIB1N7bBqisI06LHkB9yX2sgEiM/i1R1GlqDLuTLaCUfp1j0jXJgFl4Ksq5zJt8gaL2TcJSlwsT6VBDpJ7dvF4F+MMW/pp5YMyrslSlZei9rG59r3Eb\
    gDQXc2DQN3Iuzchw9A95Y0I0KDdqtxRmTcKmkqDmkDK6RqQlW+LNA0e3jIdMmUKg1UReI/msnQPJ+tmt1HuGcD5xILmcIICU80aQfHHs27HPApv7ThwH1EuT\
    iD/FmjoDt2J21PTcx2drY3B1dXiQ3x6HtZY4xHjO/Jjyri5yJM7LlnfWPLdTHrqmteJkkeedFT0n1IR0CCZWlw7t6mMjE7BM3l71HhPhgSTCv79G57xOBMoi\
    L4gSxx55MQenu9xOHPgvEl4cxcxlXur/oEQwWl5LBPd7JMIhmGwmgndwItRGPSbCw0iEkk11VSdC6no04oFnj8c8toMwdG0aM24Lz02SMB47jI1/UCIYLa8l\
    gv89EuEQTDYTwT84EWqj+okAm8uNRNgMElibm4Wk9frtL+8IaZ0+MPu1euek2DnJxFJkGsa/Ojl5dwK7QJqRihXrLd4kgjpHnrjOMB4NYfPumRtPJ+2OcNLb\
    Gra7RRD3y/PT529IrjamaTZiPqEVrtIrPSBTuURlFgXujE1q7yzyBa4q1ULXq90Oym6ffXhxPYJ3/rYd+n9pZ3iGE/zf4t3Wkh1435HDH/HehXdLWTvwviNV\
    3B1vsTTbSETcnL27Y6x5pa4+CJFvly4XD+0bMsbSefMooOxRd5jR1aQXbU3aUY260zc87gFbyR+0MlPJ1/rg+b3iR7tiv6tT6y8Z1apA9X+jpakCnX8MdJsM\
    9Nvz0+O/E/NA/8/DfI+6vxfmNuTvDLP308J8jw33XpjbynlnmP17wRzuQzm4L8rrs2Kz1iefD1/rf7YIzepzaqA/DRoTIPM5ZTOQZ86sGc1JApeMwXx4EL5q\
    j7HvhfH7RZaZMtFA/FaVc5pdRzh4sAg3O5Z7seWH7t2dxocP1vhmA3Ivxx937+40fvQzeH7L+AM9P34klkOJZSu5DiOW6BHhQxHeWoUchnD8MyTwlu0HJrDr\
    /AzcvZVbB3K36/4M1m/5/lDrD1t9Nw0PeNkcrHUbbnMwV51gSoNy2nw/LJQ5wPyEW+8vzdla/dBr/vogzbf62xHp9Fz3WlzbLzcP9NFaFTxvnFKgi/K249kw\
    HPpj9+PNH6bVXGpd9x99+nK17inYIWr80fRACbZoz5i5ykWveQpPEPDiaC4qymlFj2gOeJkjaX1Epa1LMeRi+buLcWKzXa15R7oQ7Kj9IH6zxKavYIi/ZS4q\
    oYdS/e42W5nbYTEn1g01vzQmNEehiUhNl87dTciBev84pVHa1WbzhYcq3+abwO9FkQsJ1p4emzTAoK0jsEUZ/V+I/MbeSN9uOjKaQbuiy4kxJFTJa7/v7p6D\
    LMAQM20NP6wprpT6HETNBZeL+QPq/FiKkktWdbYmceKNBPPSiEeChx6n4zRKndgFa3ni+DSIeBg4jkcZWBeMXC8R4yThqRj54wS/RyD51PxQ85QGqitlhe0v\
    DH4lM5HRfHTB+WW6qj8P6EXDwJc32VUYbvu086h7V826ndGB0Pq9S4cgjzHfNLjsa85tEDauzvVF+/GtvjYf5yiswXRLZ1YuJIJHOggIpBNpFcRWrqJUlekH\
    NWqUC9P717s52CVdkbQU4j/Yr0aAdADhnpD60T4JFalbrMy68VdZvSt0X8hUVqrQe4RgUMD6E/TFtWnDfz0hTKnsjKuLfLccB2Vo01eIzYY5mUH1GhCnu0M4\
    XfXltqfMe22c4YmUyLCxzzTPpZmczsxJFK6U1/HZkw2Mfibzs3rkXjeUKsvas62myawvrHmMAtePd4lEtdpiijo7RBOVbcRI+/gM/Kxn+V6Rftd2NDBXYC+6\
    S6DfsXz1RGODXCYqle+3WzDckQARViinbXftC5stIMDOcMRuadt0j4arlNQ0Swzp9jE1f++SSBeVmkPlY6SuKUbehm7tiH2WrhvBiTOM8QsLkAd4ZRhthnnX\
    Lm6+417vHv+64NNdhTAyayMIkEJp4NXHTvI/pZN8YL7EYzm7+i+cgdqr
    """
}
