//! What every back end must do, told once.

use crate::{Files, TooLarge, Upload};

const PREFIX: &str = "contract/";

/// Panics at the first thing `files` does otherwise than promised. It uses, and erases, what lies
/// under `contract/`; the bucket must keep versions.
#[expect(clippy::unwrap_used, reason = "a failure of this suite is a panic")]
pub async fn check(files: &Files) {
    files.delete_prefix(PREFIX).await.unwrap();
    reads_what_was_put(files).await;
    puts_only_once_if_asked(files).await;
    lists_in_order_of_bytes(files).await;
    keeps_versions_until_erased(files).await;
    erases_one_file(files).await;
    signs(files).await;
    assert_eq!(keys(files, PREFIX).await, Vec::<String>::new());
}

#[expect(clippy::unwrap_used, reason = "a failure of this suite is a panic")]
async fn reads_what_was_put(files: &Files) {
    for key in ["contract/a", "contract/日本 語+1%2B%.UKE", "contract//x/../&<>\"'?#="] {
        assert_eq!(files.head(key).await.unwrap(), None);
        assert_eq!(files.get(key, 9).await.unwrap(), None);
        assert_eq!(files.get_range(key, 0, 1).await.unwrap(), None);
        assert_eq!(files.get_range(key, 0, 0).await.unwrap(), None);

        for _repeat in 0..2 {
            files.put(key, b"abcdef".to_vec(), "text/plain").await.unwrap();
        }
        let head = files.head(key).await.unwrap().unwrap();
        assert_eq!(head.size_bytes, 6);
        let sha256 = "bef57ec7f53a6d40beb640a780a639c83bc29ac8a9816f1fc6c5c6dcd93c4721";
        assert_eq!(head.sha256.as_deref(), Some(sha256));

        assert_eq!(files.get(key, 6).await.unwrap().unwrap(), b"abcdef");
        let err = files.get(key, 5).await.unwrap_err();
        assert_eq!(err.downcast_ref(), Some(&TooLarge { size_bytes: 6 }));

        let range = async |offset, len| files.get_range(key, offset, len).await.unwrap().unwrap();
        assert_eq!(range(2, 3).await, b"cde");
        assert_eq!(range(4, 9).await, b"ef");
        assert_eq!(range(6, 1).await, b"");
        assert_eq!(range(2, 0).await, b"");

        assert_eq!(keys(files, PREFIX).await, [key]);
        assert!(files.copy(key, "contract/copy").await.unwrap());
        assert_eq!(files.get("contract/copy", 6).await.unwrap().unwrap(), b"abcdef");
        files.delete_prefix(PREFIX).await.unwrap();
    }
    assert!(!files.copy("contract/none", "contract/copy").await.unwrap());

    files.put("contract/empty", Vec::new(), "text/plain").await.unwrap();
    assert_eq!(files.get("contract/empty", 0).await.unwrap().unwrap(), b"");
    assert_eq!(files.get_range("contract/empty", 0, 1).await.unwrap().unwrap(), b"");
    files.delete_prefix(PREFIX).await.unwrap();
}

#[expect(clippy::unwrap_used, reason = "a failure of this suite is a panic")]
async fn puts_only_once_if_asked(files: &Files) {
    let key = "contract/once";
    assert!(files.put_if_absent(key, b"first".to_vec()).await.unwrap());
    assert!(!files.put_if_absent(key, b"second".to_vec()).await.unwrap());
    assert_eq!(files.get(key, 9).await.unwrap().unwrap(), b"first");

    files.delete(key).await.unwrap();
    files.delete(key).await.unwrap();
    assert_eq!(files.get(key, 9).await.unwrap(), None);
    assert!(files.put_if_absent(key, b"third".to_vec()).await.unwrap());
    files.delete_prefix(PREFIX).await.unwrap();
}

#[expect(clippy::unwrap_used, reason = "a failure of this suite is a panic")]
async fn lists_in_order_of_bytes(files: &Files) {
    for key in ["contract/b", "contract/a/2", "contract/\u{ff5e}", "contract/𠮷", "contract/a/1", "contract/a b+c"] {
        files.put(key, key.into(), "text/plain").await.unwrap();
    }
    files.put("contract/gone", Vec::new(), "text/plain").await.unwrap();
    files.delete("contract/gone").await.unwrap();

    let all = ["contract/a b+c", "contract/a/1", "contract/a/2", "contract/b", "contract/\u{ff5e}", "contract/𠮷"];
    assert_eq!(keys(files, PREFIX).await, all);
    assert_eq!(keys(files, "contract/a/").await, &all[1..3]);

    let page = files.list(PREFIX, Some("contract/a/1"), 2).await.unwrap();
    assert_eq!(page.files.iter().map(|it| it.key.as_str()).collect::<Vec<_>>(), &all[2..4]);
    assert_eq!((page.files[0].size_bytes, page.next.as_deref()), (12, Some("contract/b")));
    let page = files.list(PREFIX, page.next.as_deref(), 2).await.unwrap();
    assert_eq!((page.files.len(), page.next), (2, None));
    files.delete_prefix(PREFIX).await.unwrap();
}

#[expect(clippy::unwrap_used, reason = "a failure of this suite is a panic")]
async fn keeps_versions_until_erased(files: &Files) {
    let key = "contract/versions/a";
    files.put(key, b"old".to_vec(), "text/plain").await.unwrap();
    let old = files.head(key).await.unwrap().unwrap().version_id.unwrap();
    files.put(key, b"new".to_vec(), "text/plain").await.unwrap();
    files.delete(key).await.unwrap();
    files.put("contract/versions", Vec::new(), "text/plain").await.unwrap();
    assert_eq!(files.get_version(key, &old, 9).await.unwrap().unwrap(), b"old");
    assert_eq!(files.get(key, 9).await.unwrap(), None);

    assert!(files.delete_prefix("contract/versions").await.is_err());
    assert_eq!(files.delete_prefix("contract/versions/").await.unwrap(), 3);
    assert_eq!(files.delete_prefix("contract/versions/").await.unwrap(), 0);
    assert_eq!(files.get_version(key, &old, 9).await.unwrap(), None);
    assert_eq!(keys(files, PREFIX).await, ["contract/versions"]);
    files.delete_prefix(PREFIX).await.unwrap();
}

#[expect(clippy::unwrap_used, reason = "a failure of this suite is a panic")]
async fn erases_one_file(files: &Files) {
    let key = "contract/erased/a b";
    for bytes in [b"1".to_vec(), b"2".to_vec()] {
        files.put(key, bytes, "text/plain").await.unwrap();
    }
    files.put("contract/erased/a b c", Vec::new(), "text/plain").await.unwrap();
    let old = files.head(key).await.unwrap().unwrap().version_id.unwrap();
    files.delete(key).await.unwrap();
    assert_eq!(files.erase(key).await.unwrap(), 3);
    assert_eq!(files.erase(key).await.unwrap(), 0);
    assert_eq!(files.get_version(key, &old, 9).await.unwrap(), None);
    assert_eq!(keys(files, PREFIX).await, ["contract/erased/a b c"]);
    files.delete_prefix(PREFIX).await.unwrap();
}

#[expect(clippy::unwrap_used, reason = "a failure of this suite is a panic")]
async fn signs(files: &Files) {
    let now = "2026-03-10T00:00:00Z".parse().unwrap();
    let later = "2026-03-10T00:10:00Z".parse().unwrap();
    let upload =
        Upload { key: "contract/日 本", max_bytes: 3, content_type: "text/csv", sha256: None, then_to: None };
    let post = files.presigned_post(&upload, now, later).await.unwrap();
    assert_eq!(post.fields["key"], "contract/日 本");
    assert!(files.presigned_post(&upload, later, now).await.is_err());

    let address = files.presigned_get("contract/日 本", now, later).await.unwrap();
    assert!(address.starts_with("http") && address.is_ascii() && !address.contains(' '), "{address}");
}

#[expect(clippy::unwrap_used, reason = "a failure of this suite is a panic")]
async fn keys(files: &Files, prefix: &str) -> Vec<String> {
    let page = files.list(prefix, None, 1000).await.unwrap();
    assert_eq!(page.next, None);
    page.files.into_iter().map(|it| it.key).collect()
}
