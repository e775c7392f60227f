placeholder {{policy}}{{style}}{{script}}
