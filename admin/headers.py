"""What every answer tells the browser: nothing from elsewhere, nothing inline, no keeping, no framing."""

from flask import Flask, Response, request

POLICY = "; ".join(
    [
        "default-src 'self'",
        "img-src 'self' data:",  # Bootstrap's CSS draws its arrows and ticks so
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # not no-referrer: the check against forged forms over HTTPS needs it within the panel
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
HSTS = "max-age=31536000"


def register(app: Flask, *, has_https: bool) -> None:
    @app.after_request
    def protect(response: Response) -> Response:
        response.headers.update(HEADERS)
        if has_https:
            response.headers["Strict-Transport-Security"] = HSTS
        if not (request.endpoint or "").endswith("static"):
            # a shared computer must not show a case when somebody goes back after signing out
            response.headers["Cache-Control"] = "no-store"
        return response
