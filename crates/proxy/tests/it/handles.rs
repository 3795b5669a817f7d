//! A process with few file handles. The limit holds for the whole process: nextest gives each test one of its own.

use tokio::io::AsyncWriteExt;

use crate::harness::{Plan, eventually, get, mirror, read_answer, read_head};

#[tokio::test]
async fn with_few_file_handles_the_gate_takes_fewer_connections_and_answers_all_that_it_takes() {
    rlimit::setrlimit(rlimit::Resource::NOFILE, 700, 700).expect("a limit can always be lowered");
    let plan = Plan::new(mirror().await).limits(|limits| {
        limits.handles_kept_free = 400;
        limits.idle_connections = 100;
    });
    let gate = plan.start().await;
    // 700 handles less 400 kept free; a quarter of the 300 for idle ones; two for each connection.
    let room = (300 - 75) / 2;
    let mut open = Vec::new();
    for number in 0..room {
        let mut stream = gate.connect().await;
        stream.write_all(get("http://open.test/").as_bytes()).await.unwrap();
        assert_eq!(read_answer(&mut stream, false).await.expect("an answer").status, 200, "{number}");
        open.push(stream);
    }
    for _ in 0..20 {
        let mut one_more = gate.connect().await;
        assert_eq!(read_head(&mut one_more).await.expect("an answer").status, 429);
    }
    open.truncate(room / 2);
    eventually(|| (gate.metrics.connections_open.get() == (room / 2) as u64).then_some(())).await;
    assert_eq!(gate.get("http://open.test/").await.status, 200);
}
