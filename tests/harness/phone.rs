//! A phone's browser as far as pages without scripts need one, over HTTP.

use std::collections::BTreeMap;

/// A browser with the cookie that it was given.
pub(crate) struct Phone {
    agent: ureq::Agent,
    /// What stands before every path.
    base: String,
    cookie: Option<String>,
}

/// A page, or where the browser is sent.
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) location: Option<String>,
    pub(crate) text: String,
}

const BOUNDARY: &str = "kayoi-phone";

impl Phone {
    pub(crate) fn new(base: &str) -> Self {
        let config = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0);
        Self { agent: config.build().into(), base: base.to_owned(), cookie: None }
    }

    pub(crate) fn get(&mut self, path: &str) -> Page {
        let mut request = self.agent.get(format!("{}{path}", self.base));
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        self.page(request.call().unwrap())
    }

    /// Sends a form of the page, as a browser with these fields typed in would.
    pub(crate) fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let mut request = self.agent.post(format!("{}{path}", self.base));
        // What a page without referrer makes of it.
        request = request.header("origin", "null").header("sec-fetch-site", "same-origin");
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        self.page(request.send_form(fields.iter().copied()).unwrap())
    }

    /// Sends a form with a file, to wherever it says.
    pub(crate) fn post_file(&mut self, url: &str, fields: &BTreeMap<String, String>, file: &[u8]) -> Page {
        let mut body = Vec::new();
        for (name, value) in fields {
            let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
            body.extend(format!("{head}{value}\r\n").bytes());
        }
        let head = "Content-Disposition: form-data; name=\"file\"; filename=\"IMG_0001.JPG\"\r\n\
                    Content-Type: image/jpeg\r\n\r\n";
        body.extend(format!("--{BOUNDARY}\r\n{head}").bytes());
        body.extend(file);
        body.extend(format!("\r\n--{BOUNDARY}--\r\n").bytes());
        let request = self.agent.post(url);
        let request = request.header("content-type", format!("multipart/form-data; boundary={BOUNDARY}"));
        self.page(request.send(&body[..]).unwrap())
    }

    fn page(&mut self, mut response: ureq::http::Response<ureq::Body>) -> Page {
        let header = |name: &str| response.headers().get(name).map(|it| it.to_str().unwrap().to_owned());
        let (cookie, location) = (header("set-cookie"), header("location"));
        if let Some(cookie) = cookie {
            self.cookie = cookie.split(';').next().map(str::to_owned);
        }
        let status = response.status().as_u16();
        Page { status, location, text: response.body_mut().read_to_string().unwrap() }
    }
}

impl Page {
    /// The hidden fields of the form that holds `button`.
    #[track_caller]
    pub(crate) fn form(&self, button: &str) -> BTreeMap<String, String> {
        let (before, _) = self.text.split_once(button).unwrap_or_else(|| panic!("no {button} in {}", self.text));
        let form = before.rsplit("<form").next().unwrap();
        let hidden = form.split("<input type=\"hidden\" name=\"").skip(1);
        let hidden = hidden.map(|it| {
            let (name, rest) = it.split_once("\" value=\"").unwrap();
            (name.to_owned(), rest.split_once('"').unwrap().0.replace("&#38;", "&"))
        });
        hidden.collect()
    }

    /// Where the form that holds `button` goes, as the page writes it.
    #[track_caller]
    pub(crate) fn action(&self, button: &str) -> String {
        let (before, _) = self.text.split_once(button).unwrap_or_else(|| panic!("no {button} in {}", self.text));
        let (_, form) = before.rsplit_once("action=\"").unwrap();
        form.split_once('"').unwrap().0.replace("&#38;", "&")
    }
}
